import { type Path, pathText } from '../node/pathText.js';
import { readInput } from './readInput.js';
import { UsageError } from './usageError.js';

/**
 * Reads the token from a file, without the white space around it.
 *
 * @throws NoInputError if the file cannot be read, and UsageError if it has no token
 */
export function readToken(path: Path): string {
  const token = readInput(path).trim();
  if (!/^[\x21-\x7e]+$/.test(token))
    throw new UsageError(
      `${pathText(path)} has no token: expected one word of printable ASCII (--admin-token-file)`,
    );
  return token;
}
