/**
 * Makes a fresh clone ready to start or to test: installs what is not installed,
 * builds what is not built or is older than its sources. Does nothing otherwise.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const changedAt = (/** @type {string} */ path) => (existsSync(path) ? statSync(path).mtimeMs : 0);

const newest = (/** @type {string} */ folder) =>
  Math.max(
    ...readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => changedAt(`${entry.parentPath}/${entry.name}`)),
  );

const npm = (/** @type {string[]} */ ...args) => {
  const { status } = spawnSync('npm', args, {
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (status !== 0) process.exit(status ?? 1);
};

if (changedAt('node_modules/.package-lock.json') < changedAt('package-lock.json'))
  npm('ci', '--no-progress');

const sources = Math.max(newest('src'), newest('scripts'), changedAt('package.json'));
if (changedAt('dist/bin/rxdrop-server.js') < sources) npm('run', '--silent', 'build');
