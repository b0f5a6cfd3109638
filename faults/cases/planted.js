import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { many } from '../many.js';
import { command } from '../system.js';
import { until } from '../until.js';

/** @type {import('../stage.js').Case} */
export default {
  name: 'planted',
  title:
    'symbolic links, a FIFO and a directory under the next names, made before and while the server runs',
  rounds: 3,
  async play(here) {
    const at = (/** @type {string} */ name) => join(here.dir, name);
    const victim = join(here.root, 'victim');
    const absent = join(here.root, 'absent');
    writeFileSync(victim, 'never to be changed');
    const plant = (/** @type {number} */ first) => {
      symlinkSync(victim, at(`${first}.file`));
      command('mkfifo', at(`${first + 1}.file`));
      mkdirSync(at(`${first + 2}.file`));
      writeFileSync(join(at(`${first + 2}.file`), 'inside'), '');
      symlinkSync(absent, at(`${first + 3}.file`));
      for (let id = first; id < first + 4; id++) here.ledger.planted.push(`${id}.file.~1~`);
    };
    plant(1);
    const { port } = await here.start();
    const first = await many(6, () => here.upload({ port }));
    plant(7);
    const second = await many(3, () => here.upload({ port }));
    await many(3, () => here.upload({ port, then: 'reset' }));
    here.expect(
      [...first, ...second].every((entry) => entry?.confirmed),
      'what stands in the way fails an upload',
    );
    here.expect(readFileSync(victim, 'utf8') === 'never to be changed', 'a link is followed');
    here.expect(!existsSync(absent), 'a dangling link is followed');
    await until(() => here.ledger.isComplete(here.dir));
    here.expect(existsSync(at('3.file.~1~/inside')), 'a directory is not kept');
    for (const name of here.ledger.planted)
      here.expect(!lstatSync(at(name)).isFile(), `${name} is not what was planted`);
  },
};
