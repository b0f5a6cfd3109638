import { many } from '../many.js';

/** @type {import('../stage.js').Case} */
export default {
  name: 'trickle',
  title: 'one byte every 0.9 idle timeouts from 50 senders; at 1.3, the same is an error',
  rounds: 1,
  async play(here) {
    const { port } = await here.start({ args: ['--idle-timeout', '1s'] });
    const sender = (/** @type {number} */ pause) =>
      here.upload({ port, size: 6, piece: 1, pause, then: 'fin' });
    const [steady, late] = await Promise.all([
      many(50, () => sender(900)),
      many(10, () => sender(1_300)),
    ]);
    const accused = steady.filter((entry) => !entry?.confirmed).length;
    here.expect(accused === 0, `${accused} of 50 senders in time are accused`);
    here.expect(
      late.every((entry) => entry?.saw === 'rst'),
      'a sender that is late is not accused',
    );
  },
};
