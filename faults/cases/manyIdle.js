import { many } from '../many.js';
import { descriptors } from '../../scripts/machine/proc.js';
import { until } from '../until.js';

/** @type {import('../stage.js').Case} */
export default {
  name: 'many-idle',
  title: 'SIGTERM with 9,000 silent senders: each gets its RST and its ERROR',
  needs: ['root', 'mount'],
  rounds: 1,
  async play(here) {
    here.tmpfs('size=128m,nr_inodes=40k');
    const server = await here.start({ args: ['--idle-timeout', '2m'] });
    const { port } = server;
    const idle = descriptors(server.pid);
    const uploads = many(SENDERS, () => here.upload({ port, size: 1, stopAt: 0, then: 'silence' }));
    await until(() => descriptors(server.pid) >= idle + SENDERS, 60_000);
    const since = performance.now();
    here.faults.push(...(await server.stop()));
    // On a machine that has much else to do, the patience of the stop ends before all have their ERROR.
    here.ledger.unmarked = performance.now() - since > PATIENCE_MS;
    const entries = await uploads;
    const without = entries.filter((entry) => entry?.saw !== 'rst').length;
    here.expect(without === 0, `${without} of ${SENDERS} got no RST`);
  },
};

const SENDERS = 9_000;
const PATIENCE_MS = 600;
