import { many } from '../many.js';

/** @type {import('../stage.js').Case} */
export default {
  name: 'clock',
  title: 'a wall clock that is two days ahead and runs ten times too fast',
  needs: ['faketime'],
  rounds: 1,
  async play(here) {
    const under = ['faketime', '--exclude-monotonic', '-f', '+2d x10'];
    const { port } = await here.start({ under, args: ['--idle-timeout', '1s'] });
    const entries = await many(5, () => here.upload({ port, size: 4, piece: 1, pause: 700 }));
    here.expect(
      entries.every((entry) => entry?.confirmed),
      'a clock that jumps accuses a sender',
    );
  },
};
