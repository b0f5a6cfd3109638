import { anyOf } from '../random.js';
import { many } from '../many.js';

/** @type {import('../stage.js').Case} */
export default {
  name: 'resets',
  title: 'RST at every byte of small files, and anywhere in large ones, beside good uploads',
  rounds: 1,
  async play(here) {
    const { port } = await here.start();
    const small = [1, 2, 5, 64];
    const sizes = small.flatMap((size) => Array.from({ length: size + 1 }, (_, at) => [size, at]));
    const reset = (/** @type {number} */ size, /** @type {number} */ stopAt) =>
      here.upload({ port, size, stopAt, then: 'reset' });
    await many(sizes.length, (i) => reset(sizes[i]?.[0] ?? 0, sizes[i]?.[1] ?? 0));
    const [, good] = await Promise.all([
      many(40, () => reset(4 << 20, anyOf(0, 4 << 20))),
      many(40, () => here.upload({ port, size: anyOf(0, 1 << 20) })),
    ]);
    here.expect(
      good.every((entry) => entry?.confirmed),
      'a good upload suffers from the resets of others',
    );
    // One after the other, so that only the RST can wake the server.
    for (let i = 0; i < 50; i++) await reset(50_000, 50_000);
  },
};
