import { resolve, sep } from 'node:path';
import type { Path } from '../../node/pathText.js';

/** The path with more text at its end, whose other bytes stay as they are. */
export const extended = (path: Path, text: string): Path =>
  typeof path === 'string' ? path + text : Buffer.concat([path, Buffer.from(text)]);

/** The path of an entry of a directory. */
export const entryOf = (directory: Path, name: string): Path =>
  extended(directory, `${sep}${name}`);

/** The path from the root on; unchanged if Node cannot name the working directory, which is no UTF-8 then. */
export function absolute(path: Path): Path {
  const here = resolve('.');
  if (here.includes('\uFFFD')) return path;
  if (typeof path === 'string') return resolve(path);
  return path[0] === SLASH ? path : Buffer.concat([Buffer.from(`${here}${sep}`), path]);
}

const SLASH = 0x2f;
