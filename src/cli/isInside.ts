import { realpathSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { type Path, pathText } from '../node/pathText.js';

/** Whether a file is, or would be, in a directory or below it. Symbolic links are followed. */
export const isInside = (file: string, directory: Path): boolean =>
  real(file).startsWith(real(pathText(directory)) + sep);

/** The path without symbolic links, as far as it exists. */
function real(path: string): string {
  const absolute = resolve(path);
  try {
    return realpathSync(absolute);
  } catch {
    const parent = dirname(absolute);
    return parent === absolute ? absolute : join(real(parent), basename(absolute));
  }
}
