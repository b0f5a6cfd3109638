import { setTimeout as sleep } from 'node:timers/promises';
import { many } from '../many.js';

/** @type {import('../stage.js').Case} */
export default {
  name: 'trickle',
  title: '200 senders of one byte every 0.9 idle timeouts: saved, and an error under --min-rate',
  rounds: 2,
  async play(here) {
    const slowest = here.round % 2 === 0 ? ['--min-rate', '100'] : [];
    const { port } = await here.start({ args: ['--idle-timeout', '2s', ...slowest] });
    const sender = (/** @type {number} */ pause, /** @type {number} */ size) =>
      here.upload({ port, size, piece: 1, pause });
    if (slowest.length === 0) {
      const [steady, late] = await Promise.all([
        many(200, () => sender(1_800, 4)),
        many(10, () => sender(3_000, 4)),
      ]);
      const accused = steady.filter((entry) => !entry?.confirmed).length;
      here.expect(accused === 0, `${accused} of 200 senders in time are accused`);
      here.expect(
        late.every((entry) => entry?.saw === 'rst'),
        'a sender that is late is not accused',
      );
    } else {
      // The rate is that of the last 10 s.
      const enough = sleep(30_000, undefined, { ref: false });
      const [trickling, good] = await Promise.all([
        many(200, () => here.upload({ port, size: 1_000, piece: 1, pause: 1_800, until: enough })),
        many(10, () => here.upload({ port, size: 14_000, piece: 1_000, pause: 1_000 })),
      ]);
      const spared = trickling.filter((entry) => entry?.saw !== 'rst').length;
      here.expect(spared === 0, `${spared} of 200 senders of a byte now and then are not ended`);
      here.expect(
        good.every((entry) => entry?.confirmed),
        'a sender of 1,000 bytes a second is ended as well',
      );
    }
  },
};
