/**
 * Projects of strangers: each is copied out of the repository, installs the package as `npm pack` makes
 * it, and runs its own `npm test`. With names, runs only those.
 */
import { execFile } from 'node:child_process';
import { cpSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { temporaryDirectory } from '../scripts/machine/temporaryDirectory.js';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const run = promisify(execFile);
const away = temporaryDirectory('consumers');

const CONCURRENT = 2;
const MADE = ['node_modules', 'dist'];
const QUIET = ['--no-audit', '--no-fund', '--loglevel=error', '--prefer-offline'];

const { stdout } = await run('npm', ['pack', '--json', '--silent', '--pack-destination', away]);
const [packed] = /** @type {[{ filename: string }]} */ (JSON.parse(stdout));
const tarball = join(away, packed.filename);

const only = process.argv.slice(2);
const waiting = ['consumers/projects', 'examples']
  .flatMap((folder) =>
    readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => join(folder, name)),
  )
  .filter((path) => only.length === 0 || only.includes(basename(path)));

const total = waiting.length;
let failed = 0;

/** @param {string} path */
async function use(path) {
  const since = performance.now();
  const cwd = join(away, basename(path));
  cpSync(path, cwd, { recursive: true, filter: (from) => !MADE.includes(basename(from)) });
  try {
    await run('npm', ['install', tarball, ...QUIET], { cwd });
    const { stdout } = await run('npm', ['test', '--silent'], { cwd, maxBuffer: 2 ** 26 });
    report(
      'ok  ',
      path,
      since,
      stdout.split('\n').filter((line) => line.startsWith('→')),
    );
  } catch (error) {
    failed++;
    const { message, stdout = '' } = /** @type {{ message: string, stdout?: string }} */ (error);
    report('FAIL', path, since, [message, stdout]);
  }
}

/** @param {string} verdict @param {string} path @param {number} since @param {string[]} lines */
function report(verdict, path, since, lines) {
  const seconds = ((performance.now() - since) / 1_000).toFixed(1);
  console.log([`${verdict} ${path} (${seconds} s)`, ...lines].join('\n'));
}

const worker = async () => {
  for (let path = waiting.shift(); path; path = waiting.shift()) await use(path);
};
await Promise.all(Array.from({ length: CONCURRENT }, worker));

console.log(`consumers: ${total - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
