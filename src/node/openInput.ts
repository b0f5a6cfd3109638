import { closeSync, fstatSync, type Stats } from 'node:fs';
import { isatty, ReadStream } from 'node:tty';
import { catchError, concat, ignoreElements, map, type Observable, throwError, timer } from 'rxjs';
import { ReadError, ResetError } from '../errors.js';
import { descriptor, newSocket, wasReset } from './socket.js';
import { dataEvents, type Incoming, landing } from './incoming.js';
import type { Verdicts } from './reader.js';
import { pathText } from './pathText.js';
import { readBlocks, rotateBlocks } from './readBlocks.js';
import {
  type Descriptor,
  isDash,
  namesStandardInput,
  openToRead,
  standardInput,
  throwIfClosed,
} from './standardInput.js';

/** An open file or stream. */
export interface Input {
  readonly stats: Stats;
  readonly bytes$: Observable<Uint8Array>;
  readonly close: () => void;
}

/** The memory for blocks. */
export interface Blocks {
  /** Bytes of a block. */
  readonly blockSize: number;
  /** Blocks that are reused in rotation. */
  readonly blocks: number;
}

/**
 * Opens a path or standard input so that no thread has to wait for its bytes.
 *
 * @param endDelay milliseconds after which a pipe or a socket completes once it has ended
 */
export function openInput(path: string | Buffer, blocks: Blocks, endDelay: number): Input {
  if (isDash(path) || namesStandardInput(path)) throwIfClosed();
  const file = isDash(path) ? standardInput() : openToRead(path);
  try {
    const stats = fstatSync(file.fd);
    if (stats.isDirectory()) throw new TypeError('it is a directory');
    const toReadError = (cause: unknown) => new ReadError(pathText(path), { cause });
    return isStream(file, stats)
      ? streamOf(file, stats, toReadError, blocks.blockSize, endDelay)
      : fileOf(file, stats, toReadError, blocks);
  } catch (cause) {
    closeOwn(file);
    throw cause;
  }
}

type ToReadError = (cause: unknown) => ReadError;

function closeOwn({ fd, own }: Descriptor): void {
  if (own) closeSync(fd);
}

const isStream = ({ fd }: Descriptor, stats: Stats): boolean =>
  isatty(fd) || stats.isFIFO() || stats.isSocket();

const fileOf = (
  file: Descriptor,
  stats: Stats,
  toReadError: ToReadError,
  { blocks, blockSize }: Blocks,
): Input => ({
  stats,
  bytes$: readBlocks(file.fd, rotateBlocks(blocks, blockSize)).pipe(
    catchError((cause: unknown) => throwError(() => toReadError(cause))),
  ),
  close() {
    closeOwn(file);
  },
});

/** Node's sockets close their descriptors, but none of the three standard streams. */
function streamOf(
  file: Descriptor,
  stats: Stats,
  toReadError: ToReadError,
  readSize: number,
  endDelay: number,
): Input {
  // Only a socket can be reset. One more read of a pipe or a terminal would take a byte of the next reader.
  const verdicts: Verdicts = {
    atEnd: (socket) =>
      stats.isSocket() && wasReset(socket) ? toReadError(new ResetError()) : undefined,
    broken: toReadError,
  };
  const { socket, bytes$ } = isatty(file.fd)
    ? terminal(file, verdicts)
    : pipe(file, readSize, verdicts, endDelay);
  return {
    stats,
    bytes$: bytes$.pipe(map(copy)),
    close() {
      socket.destroy();
    },
  };
}

function pipe(
  { fd }: Descriptor,
  readSize: number,
  verdicts: Verdicts,
  endDelay: number,
): Incoming {
  const incoming = landing(
    (onread) => newSocket({ fd, readable: true, writable: false, onread }),
    readSize,
    verdicts,
  );
  if (endDelay === 0) return incoming;
  const delay$ = timer(endDelay).pipe(ignoreElements());
  return { socket: incoming.socket, bytes$: concat(incoming.bytes$, delay$) };
}

function terminal(file: Descriptor, verdicts: Verdicts): Incoming {
  const socket = new ReadStream(file.fd);
  // Node opens the terminal again, and reads and closes that descriptor.
  const reading = descriptor(socket);
  if (reading !== undefined && reading !== file.fd) closeOwn(file);
  return dataEvents(socket, verdicts);
}

/** The bytes of the landing buffer are borrowed, but a block must stay valid until it is written. */
const copy = (chunk: Uint8Array): Uint8Array => Buffer.from(chunk);
