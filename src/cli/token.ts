import { readFileSync } from 'node:fs';
import { NoInputError } from '../errors.js';
import { type Path, pathText } from '../node/pathText.js';
import { UsageError } from './usageError.js';

/** The token in a file, without the white space around it. Throws NoInputError, and UsageError if there is none. */
export function readToken(path: Path): string {
  const token = read(path).trim();
  if (!/^[\x21-\x7e]+$/.test(token))
    throw new UsageError(
      `${pathText(path)} has no token: expected one word of printable ASCII (--admin-token-file)`,
    );
  return token;
}

function read(path: Path): string {
  try {
    return readFileSync(path, 'latin1');
  } catch (cause) {
    throw new NoInputError(pathText(path), { cause });
  }
}
