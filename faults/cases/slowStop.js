import { childrenOf } from '../../scripts/machine/proc.js';
import { many } from '../many.js';
import { shim } from '../shim.js';
import { until } from '../until.js';

/** @type {import('../stage.js').Case} */
export default {
  name: 'slow-stop',
  title: 'SIGTERM with 200 uploads in flight while each write takes 200 ms',
  needs: ['cc'],
  rounds: 2,
  async play(here) {
    // The disk is so slow that the server exits before all files are ERROR.
    here.ledger.uncounted = true;
    here.ledger.unmarked = true;
    const env = { LD_PRELOAD: shim(here.root), FILES_DELAY: '200', UV_THREADPOOL_SIZE: '4' };
    const server = await here.start({ env });
    const uploads = many(200, () => here.upload({ port: server.port, size: 1 << 20 }));
    await until(() => here.temporaries().length > 4);
    const hasWorkers = childrenOf(server.pid).length > 0;
    here.faults.push(...(await server.stop()));
    if (hasWorkers) here.expect(here.temporaries().length === 0, 'a worker leaves temporary files');
    for (const entry of await uploads)
      here.expect(
        entry?.saw === 'rst' || entry?.confirmed === true,
        'an upload got no clear answer',
      );
  },
};
