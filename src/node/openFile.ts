import { defer, finalize, Observable, type Subscriber, tap } from 'rxjs';
import { NoInputError, ReadError } from '../errors.js';
import { type Input, openInput } from './openInput.js';
import { pathText } from './pathText.js';
import { inTurn } from './readBlocks.js';
import { isDash } from './standardInput.js';

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
 * are read as sockets, because a thread that waits in one would outlive the program. Standard input is
 * open once at a time, and is never closed.
 *
 *     openFile('a.bin')  F-------|
 *     blocks$            abc-de--|         as fast as it is subscribed
 *
 * Not for keeping blocks: copy those that have to outlast the next ones. Not for two readers at once
 * either: there is one position, and it goes from the start to the end.
 *
 * @param path `-` is standard input; a Buffer if it is no UTF-8
 * @throws NoInputError when it cannot be opened, or is `-` and open already
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
  path: string | Buffer,
  { blockSize = BLOCK, blocks = BLOCKS }: OpenFileOptions = {},
): Observable<OpenFile> {
  const name = pathText(path);
  const file$ = new Observable<OpenFile>((subscriber) => {
    const { stats, bytes$, close } = open(path, name, () => inTurn(blocks, blockSize));
    subscriber.next({
      size: stats.isFile() ? stats.size : undefined,
      blocks$: whileOpen(subscriber, name, bytes$),
    });
    return close;
  });
  return isDash(path) ? onceAtATime(name, file$) : file$;
}

const BLOCK = 256 * 1024;
const BLOCKS = 2;

function open(path: string | Buffer, name: string, newBlocks: () => () => Buffer): Input {
  try {
    return openInput(path, newBlocks);
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

/** At its end the file is closed. It is not read any more then: its descriptor may be another's. */
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
