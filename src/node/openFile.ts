import { defer, finalize, Observable, type Subscriber, tap } from 'rxjs';
import { NoInputError, ReadError } from '../errors.js';
import { type Blocks, type Input, openInput } from './openInput.js';
import { pathText } from './pathText.js';
import { isDash } from './standardInput.js';

/** The memory for blocks, and when a pipe completes. */
export interface OpenFileOptions {
  /** Bytes of a block; of a pipe or terminal, blocks may be smaller. */
  blockSize?: number;
  /** Blocks that are reused in rotation: a block is valid until this many later ones have been emitted. */
  blocks?: number;
  /**
   * Milliseconds that a pipe or a socket waits at its end before it completes; 0 by default. Ctrl-C ends the writer of
   * a pipe as well as its reader, and the end of the pipe may come before the reader's own signal. A program that ends
   * by signals sets 50, so that it does not take a part of a file for the whole one.
   */
  endDelay?: number | undefined;
}

/** A file that is open for reading, from its position to its end. */
export interface OpenFile {
  /** Bytes of the file; `undefined` for pipes, terminals and devices. */
  readonly size: number | undefined;
  /** Subscribing resumes reading; completes at the end of the file. */
  readonly blocks$: Observable<Uint8Array>;
}

/**
 * Opens a file for reading, or standard input for `-`. Keeps it open until its end, or until it is unsubscribed.
 *
 * Regular files and devices are read synchronously into a few blocks of memory that are reused in rotation, because
 * a call in the thread pool costs more than the copy from the page cache. Pipes and terminals are read as
 * sockets, because a thread that waits in one would outlive the program. Only one subscriber at a time can open
 * standard input, and it is never closed.
 *
 *     openFile('a.bin')  F-------|
 *     blocks$            abc-de--|         read while it is subscribed
 *
 * Not for keeping blocks: copy a block to use it after the next ones. Not for two readers at once either: the file
 * has one position, which moves from the start to the end.
 *
 * @param path `-` is standard input; a Buffer if the path is not UTF-8
 * @throws NoInputError if it cannot be opened, or is `-` and already open
 * @throws ReadError from `blocks$` if it cannot be read to its end
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
 * @see `heldWhile`, which reads it no faster than a sink accepts it
 * @category Creation
 */
export function openFile(
  path: string | Buffer,
  { blockSize = BLOCK_BYTES, blocks = 2, endDelay = 0 }: OpenFileOptions = {},
): Observable<OpenFile> {
  const name = pathText(path);
  const file$ = new Observable<OpenFile>((subscriber) => {
    const { stats, bytes$, close } = open(path, name, { blocks, blockSize }, endDelay);
    subscriber.next({
      size: stats.isFile() ? stats.size : undefined,
      blocks$: whileOpen(subscriber, name, bytes$),
    });
    return close;
  });
  return isDash(path) ? onceAtATime(name, file$) : file$;
}

const BLOCK_BYTES = 256 * 1024;

function open(path: string | Buffer, name: string, blocks: Blocks, endDelay: number): Input {
  try {
    return openInput(path, blocks, endDelay);
  } catch (cause) {
    throw new NoInputError(name, { cause });
  }
}

/** Two readers of standard input would get a part of it each. */
const onceAtATime = (name: string, file$: Observable<OpenFile>): Observable<OpenFile> =>
  defer(() => {
    if (standardInputIsOpen)
      throw new NoInputError(name, { cause: new Error('it is open already') });
    standardInputIsOpen = true;
    return file$.pipe(
      finalize(() => {
        standardInputIsOpen = false;
      }),
    );
  });

/** A process has one standard input. */
let standardInputIsOpen = false;

/** The file is closed at its end and not read after that, because its descriptor may belong to another file by then. */
const whileOpen = (
  file: Subscriber<OpenFile>,
  name: string,
  bytes$: Observable<Uint8Array>,
): Observable<Uint8Array> => {
  const close = () => {
    file.complete();
  };
  return defer(() => {
    if (file.closed) throw new ReadError(name, { cause: new Error('it is closed') });
    return bytes$.pipe(tap({ complete: close }));
  });
};
