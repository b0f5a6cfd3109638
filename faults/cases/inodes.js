import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** @type {import('../stage.js').Case} */
export default {
  name: 'inodes',
  title: 'a file system that runs out of inodes, and has some again',
  needs: ['root', 'mount'],
  rounds: 3,
  async play(here) {
    const top = here.tmpfs('size=8m,nr_inodes=24');
    const ballast = Array.from({ length: 10 }, (_, i) => join(top, `ballast-${i}`));
    for (const path of ballast) writeFileSync(path, '');
    here.ledger.unmarked = true;
    const { port } = await here.start();
    const before = [];
    for (let i = 0; i < 20; i++) before.push(await here.upload({ port, size: 10_000 }));
    const refused = before.filter((entry) => entry?.saw === 'rst').length;
    here.expect(refused > 0, 'the inodes never ran out');
    here.expect(
      before.every((entry) => entry?.saw === 'rst' || entry?.confirmed),
      'an upload got no clear answer',
    );
    for (const path of ballast) rmSync(path);
    const later = await here.upload({ port });
    here.expect(later?.confirmed === true, 'with inodes again, an upload fails');
    for (let i = 0; i < 2; i++) await here.upload({ port, size: 1_000_000, then: 'reset' });
  },
};
