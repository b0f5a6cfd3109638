import { lstatSync, unlinkSync } from 'node:fs';
import type { Path } from '../../../node/pathText.js';
import { entryOf } from '../path.js';

/**
 * Removes the temporaries that nobody has touched for a minute. A living server touches those that it
 * has open more often (`TOUCH_MS`), so what is left is of a killed one, whatever the lock can see.
 *
 * @param now what the file system's clock says, which is not ours if the directory is another machine's
 */
export function removeAbandoned(directory: Path, names: readonly string[], now: number): void {
  for (const name of names) {
    const path = entryOf(directory, name);
    const touched = lstatSync(path, { throwIfNoEntry: false })?.ctimeMs ?? Infinity;
    if (now - touched > ABANDONED_MS) unlinkSync(path);
  }
}

/** How often a server touches its open temporaries. */
export const TOUCH_MS = 10_000;
const ABANDONED_MS = 60_000;
