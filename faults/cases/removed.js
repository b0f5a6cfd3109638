import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { many } from '../many.js';
import { command } from '../system.js';
import { until } from '../until.js';

/** @type {import('../stage.js').Case} */
export default {
  name: 'removed',
  title: 'FILE-DIR remounted read-only, then removed, while the server runs',
  needs: ['root', 'mount'],
  rounds: 2,
  async play(here) {
    here.ledger.unmarked = true;
    const top = here.tmpfs('size=16m');
    const server = await here.start();
    const { port } = server;
    const remount = (/** @type {string} */ way) => command('mount', '-o', `remount,${way}`, top);
    remount('ro');
    const denied = await many(5, () => here.upload({ port }));
    here.expect(
      denied.every((entry) => entry?.saw === 'rst'),
      'what cannot be written is not refused',
    );
    remount('rw');
    const uploads = many(10, () => here.upload({ port, size: 300_000, pause: 50 }));
    await until(() => here.temporaries().length > 0);
    // It is moved first, because a file that is created during the removal would keep the directory.
    renameSync(here.dir, `${here.dir}-gone`);
    rmSync(`${here.dir}-gone`, { recursive: true });
    for (const entry of await uploads)
      here.expect(entry?.saw === 'rst', 'without the directory, an upload is not refused');
    here.expect(!server.hasEnded(), 'the server has ended');
    mkdirSync(here.dir);
    const later = await here.upload({ port });
    here.expect(later?.confirmed === true, 'with the directory again, an upload fails');
    here.expect(server.stderr().includes('WARNING: '), 'nothing is said about it');
  },
};
