import { readSync } from 'node:fs';
import { Observable } from 'rxjs';

/**
 * Reads a block at each subscription at once, and the next ones one a turn of the event loop. The first
 * that is not full is the last: small ones of a file that grows would not fill a sink, and its memory
 * would be used again too soon.
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

/** Reads until the block is full or the file ends: some files of the system come in small pieces. */
function fill(block: Buffer, fd: number): number {
  let size = 0;
  let read: number;
  do {
    read = readSync(fd, block, size, block.byteLength - size, null);
    size += read;
  } while (read > 0 && size < block.byteLength);
  return size;
}

/** Blocks of memory that are used in turn. */
export function inTurn(count: number, size: number): () => Buffer {
  const blocks = Array.from({ length: count }, () => Buffer.allocUnsafeSlow(size));
  let turn = 0;
  return () => blocks[turn++ % count] ?? Buffer.allocUnsafeSlow(size);
}
