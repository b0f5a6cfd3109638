import { many } from '../many.js';
import { shim } from '../shim.js';
import { until } from '../until.js';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const REPLACES = major > 22 || (major === 22 && minor >= 15);

/** @type {import('../stage.js').Case} */
export default {
  name: 'hung-disk',
  title: 'SIGTERM while two writes take 6 s each; Node before 22.15 waits for them',
  needs: ['cc'],
  rounds: 1,
  unsettled: true,
  async play(here) {
    const env = { LD_PRELOAD: shim(here.root), FILES_DELAY: '6000', UV_THREADPOOL_SIZE: '4' };
    const server = await here.start({ env });
    await here.upload({ port: server.port, size: 100 });
    const uploads = many(2, () => here.upload({ port: server.port, size: 100 }));
    await until(() => here.temporaries().length === 2);
    const since = performance.now();
    const faults = await server.stop();
    const ms = performance.now() - since;
    await uploads;
    if (REPLACES) here.faults.push(...faults);
    if (REPLACES) here.expect(ms < 3_000, `SIGTERM took ${ms.toFixed()} ms`);
  },
};
