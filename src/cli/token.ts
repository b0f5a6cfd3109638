import { readFileSync } from 'node:fs';
import { NoInputError } from '../errors.js';
import { type Path, pathText } from '../node/pathText.js';
import { UsageError } from './usageError.js';

/**
 * Reads the token from a file, without the white space around it.
 *
 * @throws NoInputError if the file cannot be read, and UsageError if it has no token
 */
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
