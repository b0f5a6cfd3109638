import { readSync } from 'node:fs';
import { Observable } from 'rxjs';

/**
 * Reads one block at subscription, and one in each iteration of the event loop after that. The first block that is
 * not full is the last: the small blocks of a growing file would not fill a sink, and would be reused too soon.
 */
export function readBlocks(fd: number, nextBlock: () => Buffer): Observable<Uint8Array> {
  return new Observable((subscriber) => {
    let immediate: NodeJS.Immediate | undefined;
    const read = () => {
      try {
        const block = nextBlock();
        const size = fill(block, fd);
        if (size > 0) subscriber.next(block.subarray(0, size));
        if (size < block.byteLength) subscriber.complete();
      } catch (cause) {
        subscriber.error(cause);
      }
      if (!subscriber.closed) immediate = setImmediate(read);
    };
    read();
    return () => {
      clearImmediate(immediate);
    };
  });
}

/** Reads until the block is full or the file ends: some system files are read in small pieces. */
function fill(block: Buffer, fd: number): number {
  let size = 0;
  let read: number;
  do {
    read = readSync(fd, block, size, block.byteLength - size, null);
    size += read;
  } while (read > 0 && size < block.byteLength);
  return size;
}

/** Returns a function that returns blocks of memory, and reuses them in rotation. */
export function rotateBlocks(count: number, size: number): () => Buffer {
  const blocks = Array.from({ length: count }, () => Buffer.allocUnsafeSlow(size));
  let calls = 0;
  return () => blocks[calls++ % count] ?? Buffer.allocUnsafeSlow(size);
}
