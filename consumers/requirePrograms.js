import { findProgram } from '../scripts/machine/findProgram.js';

/** Without programs of Debian, a check cannot run. */
export class NotInstalled extends Error {
  /** @param {readonly string[]} missing */
  constructor(missing) {
    super(`not installed: ${missing.join(', ')}`);
  }
}

/** Throws NotInstalled. @param {...string} programs of Debian, all of which a check needs */
export function requirePrograms(...programs) {
  const missing = programs.filter((program) => findProgram(program) === undefined);
  if (missing.length > 0) throw new NotInstalled(missing);
}
