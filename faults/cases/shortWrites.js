import { anyOf } from '../random.js';
import { many } from '../many.js';
import { shim } from '../shim.js';

/** @type {import('../stage.js').Case} */
export default {
  name: 'short-writes',
  title: 'writes that take a few bytes, and then none for once, of files and of ERROR',
  needs: ['cc'],
  rounds: 3,
  async play(here) {
    const FILES_SHORT = ['1', '1000', '4097'][here.round % 3] ?? '1';
    const { port } = await here.start({ env: { LD_PRELOAD: shim(here.root), FILES_SHORT } });
    const size = Number(FILES_SHORT) * 200;
    const entries = await many(10, () => here.upload({ port, size: anyOf(1, size) }));
    here.expect(
      entries.every((entry) => entry?.confirmed),
      'a short write is taken for a failure',
    );
    await many(3, () => here.upload({ port, size, then: 'reset' }));
  },
};
