import { isatty } from 'node:tty';

/** The columns of the terminal on standard output; `Infinity` if it is no terminal, or its size is unknown. */
export const screenColumns = (): number =>
  (isatty(1) && process.stdout.getWindowSize()[0]) || Infinity;
