import { peakKiB } from '../../scripts/machine/proc.js';
import { ourServer } from '../peers/servers.js';
import { KiB, MiB } from '../sizes.js';
import { serving } from '../workloads/serving.js';
import { slowEngine } from './slowEngine.js';

const SENDERS = 500;
const SIZE = 4_000_000;
const DELAY_MS = 1_000;

/**
 * The memory of a server with many senders at once, whose engine is slow.
 *
 * @param {import('../fixture.js').Fixture} fixture
 * @param {'engine' | 'spool'} confirmAt
 * @returns {Promise<string>}
 */
export const memory = (fixture, confirmAt) =>
  fixture.inDirectory(async (dir) => {
    const engine = await slowEngine(DELAY_MS);
    Object.assign(process.env, ACCESS, { AWS_ENDPOINT_URL: engine.url });
    const options = ['--store', 's3://bench/a', '--confirm-at', confirmAt];
    try {
      return await serving(fixture, ourServer({ options }), { dir }, async ({ pid, ports }) => {
        const [command = '', ...first] = fixture.tools.load;
        // All send the same bytes.
        const args = [...first, ports, `${SENDERS}`, '1', `${SIZE}`, fixture.source, 'together'];
        const load = await fixture.start({ command, args });
        const { failed } = await load.line();
        const peak = Math.round((peakKiB(pid) * KiB) / MiB);
        return `--confirm-at ${confirmAt}: peak ${peak} MiB, ${SENDERS - failed} confirmed`;
      });
    } finally {
      engine.stop();
    }
  });

const ACCESS = {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'key',
  AWS_SECRET_ACCESS_KEY: 'secret',
};
