import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';

export function makeFifo(path: string): string {
  execFileSync('mkfifo', [path]);
  return path;
}

/** Opens a FIFO for writing. Throws, instead of waiting, if it has no reader. */
export const openWriter = (fifo: string): number =>
  openSync(fifo, constants.O_WRONLY | constants.O_NONBLOCK);

export function hasReader(fifo: string): boolean {
  try {
    closeSync(openWriter(fifo));
    return true;
  } catch {
    return false;
  }
}
