import { readdirSync } from 'node:fs';

/** How many files and sockets this process has open: the same as before where nothing is left open. */
export const openDescriptors = (): number => readdirSync('/dev/fd').length;
