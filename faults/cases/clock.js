import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { many } from '../many.js';
import { shim } from '../shim.js';

const DAY_SECONDS = 24 * 60 * 60;

/** @type {import('../stage.js').Case} */
export default {
  name: 'clock',
  title: 'a wall clock that jumps by two days with every byte, forward and back',
  needs: ['cc'],
  rounds: 1,
  async play(here) {
    const FILES_CLOCK = join(here.root, 'clock');
    const jump = (/** @type {number} */ days) =>
      writeFileSync(FILES_CLOCK, String(days * DAY_SECONDS));
    jump(0);
    const args = ['--idle-timeout', '2s', '--max-duration', '1m', '--drain', '1m'];
    const server = await here.start({ args, env: { LD_PRELOAD: shim(here.root), FILES_CLOCK } });
    const { port } = server;
    let jumps = 0;
    const after = () => jump(++jumps % 2 === 0 ? -2 : 2);
    const sending = (/** @type {number} */ pause) =>
      here.upload({ port, size: 4, piece: 1, pause, after });
    const entries = await many(10, () => sending(700));
    here.expect(
      entries.every((entry) => entry?.confirmed),
      'a clock that jumps accuses a sender',
    );
    // The clock goes back by days. That must not prolong the idle timeout.
    jump(2);
    const silent = here.upload({
      port,
      size: 4,
      stopAt: 1,
      then: 'silence',
      after: () => jump(-2),
    });
    here.expect((await silent)?.saw === 'rst', 'a clock that jumps back spares who is silent');
  },
};
