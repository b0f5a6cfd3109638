import { resolve, sep } from 'node:path';
import type { Path } from '../../node/pathText.js';

/** Appends text to a path, whose bytes stay as they are. */
export const append = (path: Path, text: string): Path =>
  typeof path === 'string' ? path + text : Buffer.concat([path, Buffer.from(text)]);

/** The path of an entry of a directory. */
export const entryOf = (directory: Path, name: string): Path => append(directory, `${sep}${name}`);

/**
 * The absolute path. If the name of the working directory is not UTF-8, Node garbles it, and the path stays as it is.
 */
export function absolute(path: Path): Path {
  const here = resolve('.');
  if (here.includes('\uFFFD')) return path;
  if (typeof path === 'string') return resolve(path);
  return path[0] === SLASH ? path : Buffer.concat([Buffer.from(`${here}${sep}`), path]);
}

const SLASH = 0x2f;
