import { findProgram } from '../../scripts/machine/findProgram.js';

/** @param {...string} programs of Debian, without any of which a check fails */
export function requirePrograms(...programs) {
  const missing = programs.filter((program) => findProgram(program) === undefined);
  if (missing.length > 0) throw new Error(`not installed: ${missing.join(', ')}`);
}
