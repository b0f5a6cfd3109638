import { setTimeout as sleep } from 'node:timers/promises';
import { anyOf } from '../random.js';
import { many } from '../many.js';

/** @type {import('../stage.js').Case} */
export default {
  name: 'kill',
  title:
    'SIGKILL at a random moment with 50 uploads in flight, then a restart; half of the rounds with receipts',
  rounds: 10,
  async play(here) {
    const receipt = here.round % 2 === 0 ? ['--receipt'] : [];
    const server = await here.start({ args: receipt });
    const { port } = server;
    const uploads = many(50, () =>
      here.upload({ port, size: anyOf(0, 1 << 20), pause: anyOf(0, 30) }),
    );
    const clients = many(2, () => here.client({ port, size: 4 << 20, args: receipt }));
    await sleep(anyOf(20, 500));
    await here.kill(server);
    await uploads;
    await clients;

    const again = await here.start({ args: here.round % 4 < 2 ? ['--continue'] : [] });
    here.expect(here.temporaries().length === 0, 'a restart leaves temporaries of the killed run');
    await many(5, () => here.upload({ port: again.port }));
  },
};
