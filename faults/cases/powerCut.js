import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sha256 } from '../content.js';
import { anyOf } from '../random.js';
import { many } from '../many.js';
import { command } from '../system.js';

/** @type {import('../stage.js').Case} */
export default {
  name: 'power-cut',
  title:
    'an ext4 image copied at five random moments under --fsync: every confirmed file is in the copy',
  needs: ['root', 'mount', 'loop'],
  rounds: 6,
  async play(here) {
    const image = join(here.root, 'image');
    writeFileSync(image, '');
    truncateSync(image, 64 << 20);
    command('mkfs.ext4', '-q', image);
    here.dir = mounted(here, image, 'disk');
    here.ledger.planted.push('lost+found');
    const server = await here.start({ args: ['--fsync'] });
    const { port } = server;

    for (let cut = 1; cut <= 5; cut++) {
      const uploads = many(10, async () => {
        for (let i = 0; i < 3; i++) await here.upload({ port, size: anyOf(1, 100_000) });
      });
      await sleep(anyOf(5, 60));
      const confirmed = here.ledger.entries.filter(({ confirmed }) => confirmed);
      // A power cut takes no time, but a copy does, so nothing is written during the copy.
      server.signal('SIGSTOP');
      const copy = join(here.root, `copy-${cut}`);
      copyFileSync(image, copy);
      server.signal('SIGCONT');
      await uploads;
      compare(here, mounted(here, copy, `disk-${cut}`), confirmed);
    }
  },
};

/** @param {import('../stage.js').Stage} here @param {string} image @param {string} name */
function mounted(here, image, name) {
  const at = join(here.root, name);
  mkdirSync(at);
  command('mount', '-o', 'loop', image, at);
  here.finally(() => command('umount', '-l', at));
  return at;
}

/** @param {import('../stage.js').Stage} here @param {string} dir @param {import('../ledger.js').Entry[]} confirmed */
function compare(here, dir, confirmed) {
  const sent = new Set(here.ledger.entries.map(({ sha256 }) => sha256));
  const there = new Set();
  for (const name of readdirSync(dir).filter((name) => name.endsWith('.file'))) {
    const bytes = readFileSync(join(dir, name));
    const sum = sha256(bytes);
    there.add(sum);
    here.expect(
      sent.has(sum) || bytes.equals(Buffer.from('ERROR')),
      `after the cut ${name} holds ${bytes.length} bytes that nobody sent as a file`,
    );
  }
  const lost = confirmed.filter(({ sha256 }) => !there.has(sha256)).length;
  here.expect(lost === 0, `${lost} of ${confirmed.length} confirmed files do not survive the cut`);
}
