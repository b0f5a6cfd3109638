import { readdirSync, readlinkSync } from 'node:fs';

/** The number of files and sockets that this process has open. */
export const openDescriptors = (): number => readdirSync('/dev/fd').length;

/** Whether this process has a file open. */
export const isOpen = (path: string): boolean =>
  readdirSync('/proc/self/fd').some((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`) === path;
    } catch {
      return false;
    }
  });
