import { readdirSync, readlinkSync } from 'node:fs';

/**
 * The number of descriptors of this process whose target begins with this text: a path, or `socket:`. Those of the
 * runner of the specs come and go, so the number of all says nothing.
 */
export const openDescriptors = (start: string): number =>
  targets().filter((target) => target.startsWith(start)).length;

/** Whether this process has a file or a socket open. */
export const isOpen = (target: string): boolean => targets().includes(target);

/** What a descriptor of this process refers to: a path, or a socket by its number, which no other one has. */
export const targetOf = (fd: number | undefined): string => readlinkSync(`/proc/self/fd/${fd}`);

const targets = (): readonly string[] =>
  readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/self/fd/${fd}`)];
    } catch {
      return [];
    }
  });
