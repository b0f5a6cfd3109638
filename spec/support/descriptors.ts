import { closeSync, openSync } from 'node:fs';

/** POSIX opens at the lowest number that is free, so this tells whether something was left open. */
export function lowestDescriptor(): number {
  const fd = openSync('/dev/null', 'r');
  closeSync(fd);
  return fd;
}
