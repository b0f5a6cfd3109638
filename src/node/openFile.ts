import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { isatty, ReadStream } from 'node:tty';
import { defer, map, Observable, type Subscriber, tap } from 'rxjs';
import { NoInputError, ReadError } from '../errors.js';
import { newSocket } from './handle.js';
import { dataEvents, type Incoming, landing } from './incoming.js';

/** The memory that it takes. */
export interface OpenFileOptions {
  /** Bytes of a block. */
  blockSize?: number;
  /** Blocks of memory used in turn: the sink has to be done with a block when this many more have come. */
  blocks?: number;
}

/** A file open for reading, from here to its end. */
export interface OpenFile {
  /** Bytes to come, where that is known: not for pipes, terminals and devices. */
  readonly size: number | undefined;
  /** Subscribing reads on where reading stopped; completes at the end of the file. */
  readonly blocks$: Observable<Uint8Array>;
}

/**
 * Opens a file for reading, `-` being standard input, and keeps it open while subscribed, up to its end.
 *
 * Regular files and devices are read synchronously, block by block, into a few blocks of memory used
 * in turn: a hop to the thread pool costs more than the copy from the page cache. Pipes and terminals
 * are read as sockets, because a thread that waits in one would outlive the program.
 *
 *     openFile('a.bin')  F-------|
 *     blocks$            abc-de--|         as fast as it is subscribed
 *
 * Not for keeping blocks: copy those that have to outlast the next ones. Not for two readers at once
 * either: there is one position, and it goes from the start to the end.
 *
 * @param path `-` is standard input
 * @throws NoInputError when it cannot be opened
 * @throws ReadError from `blocks$`, when it cannot be read to its end
 * @example
 * ```ts
 * import { switchMap } from 'rxjs';
 * import { openFile } from 'rxdrop/node';
 *
 * openFile('a.bin')
 *   .pipe(switchMap(({ blocks$ }) => blocks$))
 *   .subscribe((block) => console.log(new TextDecoder().decode(block)));
 * // → abc
 * ```
 * @see `heldWhile`, which reads it no faster than a sink takes it
 * @category Creation
 */
export function openFile(
  path: string,
  { blockSize = BLOCK, blocks = BLOCKS }: OpenFileOptions = {},
): Observable<OpenFile> {
  return new Observable((subscriber) => {
    const { fd, stats } = open(path);
    if (isatty(fd) || stats.isFIFO() || stats.isSocket()) {
      const { socket, bytes$ } = stream(fd);
      subscriber.next({
        size: undefined,
        blocks$: whileOpen(subscriber, path, bytes$.pipe(map(copy))),
      });
      return () => {
        socket.destroy();
      };
    }
    subscriber.next({
      size: stats.isFile() ? stats.size : undefined,
      blocks$: whileOpen(subscriber, path, readBlocks(fd, path, inTurn(blocks, blockSize))),
    });
    return () => {
      closeSync(fd);
    };
  });
}

/** At its end the file is closed. It is not read any more then: its descriptor may be another's. */
const whileOpen = (
  file: Subscriber<OpenFile>,
  path: string,
  blocks$: Observable<Uint8Array>,
): Observable<Uint8Array> => {
  const close = () => {
    file.complete();
  };
  return defer(() => {
    if (file.closed) throw new ReadError(path, { cause: new Error('it is closed') });
    return blocks$.pipe(tap({ complete: close }));
  });
};

const BLOCK = 256 * 1024;
const BLOCKS = 2;

/** Without O_NONBLOCK, opening a FIFO would wait for its writer. */
function open(path: string): { fd: number; stats: Stats } {
  try {
    const fd = path === '-' ? 0 : openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const stats = fstatSync(fd);
    if (stats.isDirectory()) {
      closeSync(fd);
      throw new TypeError('it is a directory');
    }
    return { fd, stats };
  } catch (cause) {
    throw new NoInputError(path, { cause });
  }
}

/** A pipe or a terminal. */
function stream(fd: number): Incoming {
  return isatty(fd)
    ? dataEvents(new ReadStream(fd))
    : landing((onread) => newSocket({ fd, readable: true, writable: false, onread }));
}

/** Landed bytes are borrowed, and a block has to last until it is written. */
const copy = (chunk: Uint8Array): Uint8Array => Buffer.from(chunk);

/**
 * Reads a block at each subscription at once, and the next ones one a turn of the event loop. The first
 * that is not full is the last: small ones of a file that grows would not fill a sink, and its memory
 * would be used again too soon.
 */
function readBlocks(fd: number, path: string, nextBlock: () => Buffer): Observable<Uint8Array> {
  return new Observable((subscriber) => {
    let immediate: NodeJS.Immediate | undefined;
    const read = () => {
      try {
        const block = nextBlock();
        const size = fill(block, fd);
        if (size > 0) subscriber.next(block.subarray(0, size));
        if (size < block.byteLength) subscriber.complete();
      } catch (cause) {
        subscriber.error(new ReadError(path, { cause }));
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

function inTurn(count: number, size: number): () => Buffer {
  const blocks = Array.from({ length: count }, () => Buffer.allocUnsafeSlow(size));
  let turn = 0;
  return () => blocks[turn++ % count] ?? Buffer.allocUnsafeSlow(size);
}
