import { readlinkSync, realpathSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { type Path, pathText } from '../node/pathText.js';

/** Whether a file is, or would be, in a directory or below it. Symbolic links are followed. */
export function isInside(file: string, directory: Path): boolean {
  const way = relative(real(pathText(directory)), real(file));
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`);
}

/** The path without symbolic links, as far as it exists; a link to nothing leads to where it would be. */
function real(path: string, links = 0): string {
  const absolute = resolve(path);
  try {
    return realpathSync(absolute);
  } catch {
    const parent = dirname(absolute);
    if (parent === absolute || links > MAX_LINKS) return absolute;
    const target = linkTarget(absolute);
    return target === undefined
      ? join(real(parent, links), basename(absolute))
      : real(resolve(parent, target), links + 1);
  }
}

function linkTarget(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

/** As Linux has it (ELOOP). */
const MAX_LINKS = 40;
