/**
 * Makes a fresh clone ready to start or to test: installs what is not installed, builds what is not built or is older
 * than its sources. Does nothing otherwise. The scripts in package.json that need it preload it: their own imports are
 * found only then.
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

/** @param {string} command @param {...string} args Prints to stderr: stdout belongs to the program that needs it. */
const run = (command, ...args) => {
  const { status } = spawnSync(command, args, {
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (status !== 0) process.exit(status ?? 1);
};

if (changedAt('node_modules/.package-lock.json') < changedAt('package-lock.json'))
  run('npm', 'ci', '--no-progress');

const sources = Math.max(newest('src'), newest('scripts'), changedAt('package.json'));
if (changedAt('dist/bin/rxdrop-server.js') < sources) run('node', 'scripts/build.js');
