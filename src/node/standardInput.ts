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
  /** Whether it was opened here, and so is closed here. */
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
 * A terminal and an unnamed pipe are opened anew: reading them as sockets makes their description
 * non-blocking, for each process that shares it. A file is not, because its description has its position;
 * nor is a FIFO, because a new description waits for another writer if the first has gone; and a socket
 * cannot be.
 */
export function standardInput(): Descriptor {
  throwIfClosed();
  // Fails if it is open for writing alone.
  readvSync(0, [NOTHING]);
  try {
    if (isatty(0) || readlinkSync(LINK).startsWith('pipe:')) return openToRead(LINK);
  } catch {
    // There is no /proc, or the terminal or the pipe belongs to another user.
  }
  return { fd: 0, own: false };
}

export const isDash = (path: string | Buffer): boolean => path.toString() === '-';

/** Paths that open standard input. */
export const namesStandardInput = (path: string | Buffer): boolean =>
  [LINK, '/dev/fd/0', '/dev/stdin'].includes(path.toString());

/**
 * If standard input is closed, Node opens /dev/null in its place, for reading and writing. A shell opens it
 * for reading alone, so that a writable one reports that nobody meant it as a file.
 */
export function throwIfClosed(): void {
  const { rdev } = fstatSync(0);
  if (rdev === statSync('/dev/null').rdev && isWritable(0)) throw new TypeError('it is closed');
}

const LINK = '/proc/self/fd/0';

function isWritable(fd: number): boolean {
  try {
    writeSync(fd, NOTHING);
    return true;
  } catch {
    return false;
  }
}

const NOTHING = new Uint8Array(0);
