import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { command } from './system.js';

/**
 * Compiles the library between a program and its files, for `LD_PRELOAD`.
 *
 * @param {string} folder
 */
export function shim(folder) {
  const library = join(folder, 'files.so');
  const source = fileURLToPath(new URL('files.c', import.meta.url));
  command('cc', '-shared', '-fPIC', '-O1', '-o', library, source, '-ldl');
  return library;
}
