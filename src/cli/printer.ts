import { writer } from './writer.js';

/** Prints one line. */
export type Print = (line: string) => void;

/** A printer that never waits for its reader: a line that a full pipe does not take is lost. */
export function printer(fd: 1 | 2): Print {
  const write = writer(fd);
  return (line) => {
    write(`${line}\n`);
  };
}
