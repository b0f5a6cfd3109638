import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { many } from '../many.js';
import { until } from '../until.js';

/** @type {import('../stage.js').Case} */
export default {
  name: 'guessed',
  title: 'links under the next hidden names, made by a user that has seen one',
  rounds: 1,
  async play(here) {
    // The file with the name of the temporary stays, so not even ERROR can be written.
    here.ledger.unmarked = true;
    const { port } = await here.start();
    const victim = join(here.root, 'victim');
    const absent = join(here.root, 'absent');
    writeFileSync(victim, 'never to be changed');
    await here.upload({
      port,
      async after() {
        await until(() => here.temporaries().length > 0);
        const [seen = ''] = here.temporaries();
        for (let id = 2; id < 6; id++) {
          const name = seen.replace(/-1\.part$/, `-${id}.part`);
          symlinkSync(id % 2 === 0 ? victim : absent, name);
          here.ledger.planted.push(basename(name));
        }
      },
    });
    const met = await many(4, () => here.upload({ port }));
    here.expect(
      met.every((entry) => entry?.saw === 'rst'),
      'what cannot be written is not refused',
    );
    here.expect(readFileSync(victim, 'utf8') === 'never to be changed', 'a link is followed');
    here.expect(!existsSync(absent), 'a dangling link is followed');
    const later = await here.upload({ port });
    here.expect(later?.confirmed === true, 'behind the planted names, an upload fails');
  },
};
