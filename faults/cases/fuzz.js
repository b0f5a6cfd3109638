import { anyOf, oneOf } from '../random.js';
import { many } from '../many.js';

const WAVES = 40;
const SENDERS_PER_WAVE = 250;

/** @type {import('../stage.js').Case} */
export default {
  name: 'fuzz',
  title:
    '10,000 connections of random behaviour at one server: sizes, pieces, RST, silence, leaving',
  rounds: 1,
  async play(here) {
    const args = ['--idle-timeout', '1s', '--max-size', '100KiB', '--min-free', '0'];
    const server = await here.start({ args });
    const { port } = server;
    for (let wave = 1; wave <= WAVES; wave++) {
      // A silent sender makes a wave wait, so only every tenth wave has some.
      const ways = /** @type {const} */ (['fin', 'reset', 'leave', 'silence']);
      const last = wave % 10 === 0 ? 3 : 2;
      await many(SENDERS_PER_WAVE, () => {
        const then = ways[anyOf(0, last)] ?? 'fin';
        const size = oneOf([anyOf(0, 9), anyOf(0, 20_000), anyOf(100_000, 110_000)]);
        const stopAt = then === 'fin' || then === 'leave' ? size : anyOf(0, size);
        return here.upload({ port, size, stopAt, then, piece: anyOf(1_000, 120_000) });
      });
    }
    const good = await here.upload({ port });
    here.expect(good?.confirmed === true, 'after all that, an upload fails');
    here.expect(server.stderr() === '', `it says ${server.stderr().trim()}`);
  },
};
