import { many } from '../many.js';

/** @type {import('../stage.js').Case} */
export default {
  name: 'descriptors',
  title: '200 connections at once where 64 files may be open',
  needs: ['prlimit'],
  rounds: 2,
  async play(here) {
    // Those that are refused have no number.
    here.ledger.uncounted = true;
    const { port } = await here.start({ under: ['prlimit', '--nofile=64:64'] });
    const entries = await many(200, () =>
      here.upload({ port, size: 65_536, piece: 8_192, pause: 20 }),
    );
    const silent = entries.filter((entry) => entry?.saw !== 'rst' && !entry?.confirmed);
    here.expect(
      silent.length === 0,
      `${silent.length} connections were closed by a FIN, neither saved nor refused`,
    );
    here.expect(
      entries.filter((entry) => entry?.confirmed).length >= 8,
      'hardly anybody is served at the limit',
    );
    const later = await many(5, () => here.upload({ port }));
    here.expect(
      later.every((entry) => entry?.confirmed),
      'after the rush, uploads fail',
    );
  },
};
