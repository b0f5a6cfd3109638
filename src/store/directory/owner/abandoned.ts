import { lstatSync, unlinkSync } from 'node:fs';
import type { Path } from '../../../node/pathText.js';
import { entryOf } from '../path.js';

/**
 * Removes the temporary files that no server has touched for a minute. A running server touches its open
 * temporaries every `TOUCH_MS`, so the other ones belong to killed servers, even to those that the lock cannot see.
 *
 * @param now milliseconds on the clock of the file system, which may be another machine's
 */
export function removeAbandoned(directory: Path, names: readonly string[], now: number): void {
  for (const name of names) {
    const path = entryOf(directory, name);
    const touchedAt = lstatSync(path, { throwIfNoEntry: false })?.ctimeMs ?? Infinity;
    if (now - touchedAt > ABANDONED_MS) unlinkSync(path);
  }
}

/** How often a server touches its open temporaries. */
export const TOUCH_MS = 10_000;
const ABANDONED_MS = 60_000;
