import { many } from '../many.js';
import { shim } from '../shim.js';

/** @type {import('../stage.js').Case} */
export default {
  name: 'slow-disk',
  title:
    'each write takes twice the idle timeout: plain senders wait, and our client keeps to its own timeout',
  needs: ['cc'],
  rounds: 1,
  async play(here) {
    const env = { LD_PRELOAD: shim(here.root), FILES_DELAY: '2000', UV_THREADPOOL_SIZE: '4' };
    const server = await here.start({ args: ['--idle-timeout', '1s'], env });
    const { port } = server;
    const client = here.client({ port, args: ['--timeout', '1s'] });
    const entries = await many(12, () => here.upload({ port, size: 256 << 10 }));
    const saved = entries.filter((entry) => entry?.confirmed).length;
    here.expect(saved === 12, `${12 - saved} of 12 uploads fail where only the disk is slow`);
    const { status } = await client;
    here.expect(status === 75, `our client, which waits for 1 s, ends with ${status}`);
  },
};
