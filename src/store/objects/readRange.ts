import { constants } from 'node:fs';
import { close, open, read } from '../directory/writer/fileCalls.js';
import { attempt, type Steps } from '../directory/writer/steps.js';
import type { Path } from '../../node/pathText.js';

/** Reads bytes of a file. A file that ends earlier is an error: it would become a shorter object. */
export function* readRange(path: Path, from: number, size: number): Steps<Buffer> {
  const bytes = Buffer.allocUnsafe(size);
  if (size === 0) return bytes;
  const fd = yield* open(path, READ);
  try {
    let filled = 0;
    while (filled < size) {
      const count = yield* read(fd, bytes.subarray(filled), from + filled);
      if (count === 0) throw new Error('the file in the spool is shorter than it was');
      filled += count;
    }
    return bytes;
  } finally {
    yield* attempt(close(fd));
  }
}

const READ = constants.O_RDONLY | constants.O_NOFOLLOW;
