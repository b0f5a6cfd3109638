import {
  constants,
  fstatSync,
  openSync,
  readlinkSync,
  readvSync,
  statSync,
  writeSync,
} from 'node:fs';
import { isatty } from 'node:tty';

/** A descriptor to read from. */
export interface Descriptor {
  readonly fd: number;
  /** Whether it was opened here, so that it is closed here, too. */
  readonly own: boolean;
}

/** Without O_NONBLOCK, opening a FIFO would wait for its writer. */
export const openToRead = (path: string | Buffer): Descriptor => ({
  fd: openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY),
  own: true,
});

/**
 * Standard input. It belongs to the application, so it is never closed.
 *
 * A terminal and an unnamed pipe are opened again, because reading them as sockets makes their open file description
 * non-blocking for each process that shares it. A file is not opened again, because the description has its
 * position; nor is a FIFO, because a new description waits for a new writer; a socket cannot be.
 */
export function standardInput(): Descriptor {
  throwIfClosed();
  // Throws if it is open only for writing.
  readvSync(0, [EMPTY_CHUNK]);
  try {
    if (isatty(0) || readlinkSync(STDIN_PATH).startsWith('pipe:')) return openToRead(STDIN_PATH);
  } catch {
    // There is no /proc, or the terminal or the pipe belongs to another user.
  }
  return { fd: 0, own: false };
}

export const isDash = (path: string | Buffer): boolean => path.toString() === '-';

/** Paths that open standard input. */
export const namesStandardInput = (path: string | Buffer): boolean =>
  [STDIN_PATH, '/dev/fd/0', '/dev/stdin'].includes(path.toString());

/**
 * If standard input is closed, Node opens /dev/null in its place for reading and writing. A shell opens /dev/null
 * only for reading, so a writable one is Node's.
 */
export function throwIfClosed(): void {
  const { rdev } = fstatSync(0);
  if (rdev === statSync('/dev/null').rdev && isWritable(0)) throw new TypeError('it is closed');
}

const STDIN_PATH = '/proc/self/fd/0';

function isWritable(fd: number): boolean {
  try {
    writeSync(fd, EMPTY_CHUNK);
    return true;
  } catch {
    return false;
  }
}

const EMPTY_CHUNK = new Uint8Array(0);
