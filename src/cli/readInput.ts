import { readFileSync } from 'node:fs';
import { NoInputError } from '../errors.js';
import { type Path, pathText } from '../node/pathText.js';

/** Reads a file that an option names. Throws NoInputError. */
export function readInput(path: Path): string {
  try {
    return readFileSync(path, 'latin1');
  } catch (cause) {
    throw new NoInputError(pathText(path), { cause });
  }
}
