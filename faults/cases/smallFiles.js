import { statfsSync } from 'node:fs';
import { many } from '../many.js';

/** @type {import('../stage.js').Case} */
export default {
  name: 'small-files',
  title: 'files of one byte, and uploads that fail, until --min-free is reached',
  needs: ['root', 'mount'],
  rounds: 1,
  async play(here) {
    const top = here.tmpfs('size=4m');
    here.ledger.unmarked = true;
    const { port } = await here.start({ args: ['--min-free', '2MiB'] });
    const entries = [];
    for (let i = 0; i < 110; i++) {
      const then = i % 2 === 0 ? 'fin' : 'reset';
      entries.push(...(await many(10, () => here.upload({ port, size: 1, then }))));
    }
    here.expect(
      entries.some((entry) => entry?.saw === 'rst'),
      'the space that --min-free keeps was never reached',
    );
    const files = entries.filter((entry) => entry?.confirmed).length;
    here.expect(files * BLOCK_BYTES <= 2 << 20, `${files} files were saved`);
    // Files leave 5 % of the disk free. ERROR may use half of that.
    const { bavail, bsize, blocks } = statfsSync(top);
    here.expect(bavail >= 0.025 * blocks, `only ${bavail * bsize} bytes are free`);
  },
};

/** A file of one byte takes this much. */
const BLOCK_BYTES = 4096;
