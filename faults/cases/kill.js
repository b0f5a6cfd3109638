import { setTimeout as sleep } from 'node:timers/promises';
import { anyOf } from '../content.js';
import { many } from '../many.js';

/** @type {import('../stage.js').Case} */
export default {
  name: 'kill',
  title: 'SIGKILL at a random moment with 50 uploads in flight, then a restart',
  rounds: 10,
  async play(here) {
    const server = await here.start();
    const uploads = many(50, () =>
      here.upload({ port: server.port, size: anyOf(0, 1 << 20), pause: anyOf(0, 30) }),
    );
    await sleep(anyOf(20, 500));
    await here.kill(server);
    await uploads;

    const { port } = await here.start({ args: here.round % 2 === 0 ? ['--continue'] : [] });
    here.expect(here.temporaries().length === 0, 'a restart leaves temporaries of the killed run');
    await many(5, () => here.upload({ port }));
  },
};
