import { deepStrictEqual, strictEqual } from 'node:assert';
import { readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { requirePrograms } from '../../requirePrograms.js';
import { follow } from '../../../scripts/recipe/follow.js';

const DAY_SECONDS = 24 * 60 * 60;

/** Removes what is older, and nothing else. */
export default async function retention() {
  requirePrograms('systemd-tmpfiles');
  await follow(
    'retention',
    async (page) => {
      const inbox = join(page.directory, 'srv', 'inbox');
      const files = { '1.file': 31, '2.file.~1~': 31, 'old/3.file': 31, '4.file': 29, '.5': 0 };
      for (const [name, days] of [...Object.entries(files), ['old', 31]]) {
        const path = join('srv/inbox', String(name));
        if (name !== 'old') page.write(path, 'abc');
        const time = Date.now() / 1_000 - Number(days) * DAY_SECONDS;
        utimesSync(join(page.directory, path), time, time);
      }
      const { status, stderr } = await page.run();
      strictEqual(status, 0, stderr);
      deepStrictEqual(readdirSync(inbox).sort(), ['.5', '4.file']);
    },
    { sudo: 'program=$1; shift; exec "$program" --root="$HOME" "$@"' },
  );
}
