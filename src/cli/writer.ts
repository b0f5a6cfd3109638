import { constants, fstatSync, openSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { isatty } from 'node:tty';
import { pendingBytes } from '../node/socket.js';

/** Writes a text at once. Returns false if it cannot; then no part of the text is written. */
export type Write = (text: string) => boolean;

export interface Writer {
  readonly write: Write;
  /** Writes the rest of a text that was written in part, and returns the number of bytes that are left. */
  readonly flush: () => number;
}

/**
 * Opens a writer that never waits for its reader.
 *
 * Node writes to pipes and terminals synchronously, so a full pipe would stop the program, and its signal
 * handlers too. Opening the same pipe or terminal once more gives an open file description of our own, which can
 * be non-blocking without changing the one that other processes share. A socket cannot be opened again, nor can
 * the pipe of another user, nor anything without /proc; for these, Node's socket makes the shared one non-blocking.
 */
export function openWriter(fd: number): Writer {
  const stats = fstatSync(fd);
  if (isatty(fd)) return callWriter(tryOpen(`/proc/self/fd/${fd}`) ?? tryOpen('/dev/tty') ?? fd);
  if (stats.isFIFO()) {
    const own = tryOpen(`/proc/self/fd/${fd}`);
    return own === undefined ? socketWriter(fd) : callWriter(own);
  }
  return stats.isSocket() ? socketWriter(fd) : callWriter(fd);
}

function tryOpen(path: string): number | undefined {
  try {
    return openSync(path, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch {
    return undefined;
  }
}

/** The rest of a text is written before the next text, so no line starts within another. */
function callWriter(fd: number): Writer {
  let rest = Buffer.alloc(0);
  const flush = () => {
    if (rest.byteLength > 0) rest = rest.subarray(writeSome(fd, rest));
    return rest.byteLength;
  };
  return {
    write(text) {
      if (flush() > 0) return false;
      const bytes = Buffer.from(text);
      const written = writeSome(fd, bytes);
      if (written > 0) rest = bytes.subarray(written);
      return written > 0;
    },
    flush,
  };
}

/** Returns the number of bytes written. If the reader is gone, that is all of them. */
function writeSome(fd: number, bytes: Buffer): number {
  try {
    return writeSync(fd, bytes);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EAGAIN' ? 0 : bytes.byteLength;
  }
}

function socketWriter(fd: number): Writer {
  try {
    const socket = new Socket({ fd, readable: false, writable: true });
    let written = 0;
    socket.on('error', () => undefined).unref();
    const flush = () => (socket.destroyed ? 0 : pendingBytes(socket, written));
    return {
      write(text) {
        if (socket.destroyed) return true;
        if (flush() > 0) return false;
        written += Buffer.byteLength(text);
        socket.write(text);
        return true;
      },
      flush,
    };
  } catch {
    return callWriter(fd);
  }
}
