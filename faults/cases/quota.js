import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { many } from '../many.js';

const KIB = 1024;

/** @type {import('../stage.js').Case} */
export default {
  name: 'quota',
  title: '100 senders at once that reach --max-total together, and then --max-files',
  rounds: 2,
  async play(here) {
    const [limit, args] =
      here.round % 2 === 0
        ? [Infinity, ['--max-files', '20']]
        : [1024 * KIB, ['--max-total', '1MiB']];
    const { port } = await here.start({ args });
    const sent = await many(100, () =>
      here.upload({ port, size: 64 * KIB, piece: 4 * KIB, pause: 1 }),
    );
    const saved = sent.filter((entry) => entry?.confirmed).length;
    here.expect(saved <= 20, `${saved} files are saved, more than fit`);
    const bytes = readdirSync(here.dir)
      .map((name) => statSync(join(here.dir, name)).size)
      .filter((size) => size > 5)
      .reduce((sum, size) => sum + size, 0);
    here.expect(bytes <= limit, `the files have ${bytes} bytes, more than ${limit}`);
  },
};
