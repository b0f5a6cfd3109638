import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { passing } from '../passing.js';

/** @type {import('../stage.js').Case} */
export default {
  name: 'no-modes',
  title:
    'file systems that keep no permissions, or refuse to set them: a start error, unless --mode is the mode that they have',
  needs: ['root', 'mount', 'fuse'],
  rounds: 2,
  unsettled: true,
  async play(here) {
    await passing(here, here.round % 2 === 1 ? 'chmod:EPERM' : 'chmod:EOPNOTSUPP');
    const said = await here.start().then(() => 'nothing', String);
    here.expect(
      /did not start: ERROR: .*permissions 0755 instead of 0600 \(--mode\)$/.test(said),
      `a server whose files get other permissions says: ${said}`,
    );
    here.expect(readdirSync(here.dir).length === 0, 'a start that failed leaves something behind');

    const server = await here.start({ args: ['--mode', '0755'] });
    const entry = await here.upload({ port: server.port });
    here.expect(entry?.confirmed === true, `with that --mode, a sender sees ${entry?.saw}`);
    here.faults.push(...(await server.stop()));
    const left = readdirSync(here.dir);
    const size = left.length === 1 ? readFileSync(join(here.dir, left[0] ?? '')).length : 0;
    here.expect(size === entry?.bytes, `it leaves ${left.join()}`);
  },
};
