import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** @type {string[]} */
const paths = [];

/**
 * A directory that is removed when the process ends, by a signal too.
 *
 * @param {string} name @param {string} [base]
 */
export function temporaryDirectory(name, base = tmpdir()) {
  if (paths.length === 0) removeAtExit();
  const path = mkdtempSync(join(base, `rxdrop-${name}-`));
  paths.push(path);
  return path;
}

function removeAtExit() {
  process.on('exit', () => {
    for (const path of paths) rmSync(path, { recursive: true, force: true });
  });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => process.exit(1));
  }
}
