import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { many } from '../many.js';

/** @type {import('../stage.js').Case} */
export default {
  name: 'full',
  title: 'a file system of 4 MiB that becomes full, and has room again',
  needs: ['root', 'mount'],
  rounds: 3,
  async play(here) {
    const ballast = join(here.tmpfs('size=4m'), 'ballast');
    writeFileSync(ballast, Buffer.alloc(2 << 20));
    here.ledger.unmarked = true;
    const { port } = await here.start({
      args: here.round % 3 === 0 ? ['--min-free', '1MiB'] : [],
    });
    const small = await here.upload({ port, size: 100_000 });
    here.expect(small?.confirmed === true, 'what fits is not confirmed');

    const large = await many(4, () => here.upload({ port, size: 3 << 20 }));
    here.expect(!large.some((entry) => entry?.confirmed), 'what does not fit is confirmed');
    const byOurs = await here.client({ port, size: 3 << 20 });
    here.expect(byOurs.status === 69, `our client ends with ${byOurs.status}`);

    rmSync(ballast);
    const later = await many(3, () => here.upload({ port, size: 300_000 }));
    here.expect(
      later.every((entry) => entry?.confirmed),
      'with room again, uploads fail',
    );
    const { errors } = here.ledger.check(here.dir);
    here.expect(errors === 5, `${errors} of 5 have their ERROR`);
  },
};
