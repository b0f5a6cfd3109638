/**
 * Prints what rxdrop and the other ways to read a stream of Node do with the same streams, as the table
 * of docs/library.md. Installs the others into a temporary folder. With `--check`, fails if that page
 * differs in anything but the figures.
 */
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { temporaryDirectory } from '../../scripts/machine/temporaryDirectory.js';
import { cases } from './cases.js';
import { contendersOf } from './contenders.js';

const run = promisify(execFile);
const modules = temporaryDirectory('comparison');

const OTHERS = ['rxjs@7.8.2', 'rxjs-stream@5.0.0', 'rx-node@1.0.2', 'rx@4.1.0'];
writeFileSync(join(modules, 'package.json'), '{ "private": true }');
await run('npm', ['install', ...OTHERS, '--no-audit', '--no-fund', '--loglevel=error'], {
  cwd: modules,
});

const program = fileURLToPath(new URL('./cases.js', import.meta.url));

/** @param {string} contender @param {string} title */
async function cell(contender, title) {
  try {
    const args = [program, modules, contender, title];
    const { stdout } = await run(process.execPath, args, { timeout: 60_000 });
    return stdout || '**never ends**';
  } catch (error) {
    return /** @type {{ killed?: boolean }} */ (error).killed
      ? '**never ends**'
      : '**ends the process**';
  }
}

const contenders = Object.entries(contendersOf(modules));
const row = (/** @type {string[]} */ cells) => `| ${cells.join(' | ')} |`;
const table = [row(['', ...contenders.map(([, { title }]) => title)])];
table.push(row(Array.from({ length: contenders.length + 1 }, () => '---')));
for (const title of Object.keys(cases)) {
  /** @type {string[]} */
  const cells = [];
  for (const [name] of contenders) cells.push(await cell(name, title));
  table.push(row([title, ...cells]));
}
console.log(table.join('\n'));

if (process.argv.includes('--check')) {
  const plain = (/** @type {string} */ text) =>
    text.replace(/^\|[ :|-]+\|$/gm, '').replace(/[\s\d.]+/g, '');
  const page = readFileSync(new URL('../../docs/library.md', import.meta.url), 'utf8');
  if (!plain(page).includes(plain(table.join('\n')))) {
    console.error('docs/library.md differs');
    process.exitCode = 1;
  }
}
