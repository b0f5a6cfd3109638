import type { Path } from '../../../node/pathText.js';
import { unlink } from './fileCalls.js';
import { attempt, type Steps, StoppedError } from './steps.js';

/**
 * Removes a file that is of no more use, and ignores the error. It may not stay because the disk was stopped just then.
 */
export function* remove(path: Path): Steps<void> {
  try {
    yield* unlink(path);
  } catch (error) {
    if (error instanceof StoppedError) yield* attempt(unlink(path));
  }
}
