import { constants, fstatSync, openSync, writeSync } from 'node:fs';
import { isatty } from 'node:tty';

/** Prints one line. */
export type Print = (line: string) => void;

/**
 * A printer that never waits for its reader: what a pipe that nobody reads does not take is lost.
 *
 * Node writes to pipes and terminals synchronously, so a full one would stop the program. Opening the
 * same pipe once more gives a description of our own, which may be non-blocking without changing that
 * of the processes it is shared with.
 */
export function printer(fd: 1 | 2): Print {
  const own = unblocked(fd);
  return (line) => {
    try {
      writeSync(own, `${line}\n`);
    } catch {
      // It is full, or its reader is gone; there is nobody else to tell.
    }
  };
}

function unblocked(fd: number): number {
  try {
    const waits = isatty(fd) || fstatSync(fd).isFIFO();
    return waits
      ? openSync(
          `/proc/self/fd/${fd}`,
          constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY,
        )
      : fd;
  } catch {
    return fd;
  }
}
