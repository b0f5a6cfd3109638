import { setTimeout as sleep } from 'node:timers/promises';
import { many } from '../many.js';
import { shim } from '../shim.js';

/** @type {import('../stage.js').Case} */
export default {
  name: 'slow-disk',
  title: 'each write takes 200 ms, longer together than the idle timeout; then SIGTERM',
  needs: ['cc'],
  rounds: 1,
  async play(here) {
    const env = { LD_PRELOAD: shim(here.root), FILES_DELAY: '200', UV_THREADPOOL_SIZE: '4' };
    const server = await here.start({ args: ['--idle-timeout', '1s'], env });
    const { port } = server;
    const entries = await many(40, () => here.upload({ port, size: 256 << 10 }));
    const saved = entries.filter((entry) => entry?.confirmed).length;
    here.expect(saved === entries.length, `${entries.length - saved} of 40 uploads failed`);

    here.ledger.uncounted = true;
    here.ledger.unmarked = true;
    const more = many(40, () => here.upload({ port, size: 1 << 20 }));
    await sleep(700);
    here.faults.push(...(await server.stop()));
    await more;
  },
};
