import { constants, fstatSync, openSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { isatty } from 'node:tty';

/** Writes a text at once, and returns false if it cannot: then nothing of it is written. */
export type Write = (text: string) => boolean;

/**
 * A writer that never waits for its reader.
 *
 * Node writes to pipes and terminals synchronously, so a full one would stop the program, and its signal
 * handlers too. Opening the same pipe or terminal once more gives a description of our own, which may be
 * non-blocking without changing that of the processes it is shared with. A socket cannot be opened, nor can
 * the pipe of another user, or anything without /proc: Node's own socket makes the shared one non-blocking.
 */
export const writer = (fd: 1 | 2): Write => (writers[fd] ??= newWriter(fd));

/** A standard stream has one: what is left of a text goes out before the next. */
const writers: Partial<Record<1 | 2, Write>> = {};

function newWriter(fd: number): Write {
  const stats = fstatSync(fd);
  if (isatty(fd)) return byCalls(opened(`/proc/self/fd/${fd}`) ?? opened('/dev/tty') ?? fd);
  if (stats.isFIFO()) {
    const own = opened(`/proc/self/fd/${fd}`);
    return own === undefined ? bySocket(fd) : byCalls(own);
  }
  return stats.isSocket() ? bySocket(fd) : byCalls(fd);
}

function opened(path: string): number | undefined {
  try {
    return openSync(path, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch {
    return undefined;
  }
}

/** What of a text is not taken is the first to go out with the next one, so no line starts within another. */
function byCalls(fd: number): Write {
  let rest = Buffer.alloc(0);
  const flush = () => {
    if (rest.byteLength > 0) rest = rest.subarray(writeSync(fd, rest));
    return rest.byteLength === 0;
  };
  return (text) => {
    try {
      if (!flush()) return false;
      const bytes = Buffer.from(text);
      rest = bytes.subarray(writeSync(fd, bytes));
      return true;
    } catch {
      // It is full, or its reader is gone.
      return false;
    }
  };
}

function bySocket(fd: number): Write {
  try {
    const socket = new Socket({ fd, readable: false, writable: true });
    socket.on('error', () => undefined).unref();
    return (text) => {
      if (socket.destroyed || socket.writableLength > 0) return false;
      socket.write(text);
      return true;
    };
  } catch {
    return byCalls(fd);
  }
}
