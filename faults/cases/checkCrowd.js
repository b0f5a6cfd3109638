import { availableParallelism } from 'node:os';
import { commandsIn, commandsLeft } from '../commands.js';
import { many } from '../many.js';

const SENDERS = 200;
const MOST = 160;

/** @type {import('../stage.js').Case} */
export default {
  name: 'check-crowd',
  title:
    '200 senders wait for a check that takes 200 ms: each gets its own result, and none is idle',
  rounds: 1,
  async play(here) {
    const check = 'sleep 0.2; test $((RXDROP_BYTES % 2)) = 0';
    const server = await here.start({ args: ['--check', check, '--idle-timeout', '1s'] });
    let processes = 0;
    const looks = setInterval(() => {
      processes = Math.max(processes, commandsIn(here.dir).length);
    }, 50);
    const size = (/** @type {number} */ index) => (1 << 20) + index;
    const entries = await many(SENDERS, (index) =>
      here.upload({ port: server.port, size: size(index) }),
    );
    clearInterval(looks);
    const wrong = entries.filter(
      (entry, index) => entry?.saw !== (index % 2 === 0 ? 'fin' : 'rst'),
    );
    here.expect(wrong.length === 0, `${wrong.length} senders got the result of another`);
    // For each processor a shell and its sleep, and the next one while the last one ends.
    here.notes.push(`${server.peak().toFixed()} MiB and ${processes} processes at most`);
    here.expect(server.peak() < MOST, `it takes ${server.peak().toFixed()} MiB`);
    here.expect(
      processes > 0 && processes <= 3 * availableParallelism(),
      `${processes} processes run at the same time`,
    );
    here.faults.push(...(await commandsLeft(here.dir)));
  },
};
