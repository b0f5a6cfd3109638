import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { CLIENT } from '../client.js';
import { anyOf } from '../draw.js';
import { many } from '../many.js';
import { SERVER } from '../server.js';

const STATUSES = [0, 64, 65, 66, 68, 69, 73, 74, 75, 77];

/** @type {import('../stage.js').Case} */
export default {
  name: 'fuzz',
  title: '100 random command lines of both programs, and 200 connections of random behaviour',
  rounds: 1,
  async play(here) {
    for (let batch = 0; batch < 25; batch++) await many(4, () => commandLine(here));

    const { port } = await here.start({ args: ['--idle-timeout', '2s', '--max-size', '1MiB'] });
    const behaviours = /** @type {const} */ (['fin', 'reset', 'silence', 'leave']);
    await many(200, () => {
      const size = anyOf(0, 1_200_000);
      const then = one(behaviours);
      const stopAt = then === 'fin' || then === 'leave' ? size : anyOf(0, size);
      return here.upload({ port, size, stopAt, then, piece: anyOf(1_000, 300_000) });
    });
    const good = await here.upload({ port });
    here.expect(good?.confirmed === true, 'after all that, an upload fails');
  },
};

/** @param {import('../stage.js').Stage} here One run of either program; what still runs after a second is asked to stop. */
async function commandLine(here) {
  const program = one([SERVER, CLIENT]);
  const words = Array.from({ length: anyOf(0, 5) }, () => one(WORDS)(here.root));
  const env = { ...process.env, RXDROP_SERVER_PROBE: '1' };
  for (let i = anyOf(0, 2); i > 0; i--) {
    const prefix = program === SERVER ? 'RXDROP_SERVER_' : 'RXDROP_CLIENT_';
    Object.assign(env, { [prefix + one(NAMES)]: printable() });
  }
  const child = spawn(process.execPath, [program, ...words], {
    cwd: here.root,
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (/** @type {string} */ text) => (stderr += text));
  const stop = setTimeout(() => child.kill('SIGTERM'), 1_000);
  const dead = setTimeout(() => child.kill('SIGKILL'), 15_000);
  const [status, signal] = await new Promise((resolve) =>
    child.on('close', (code, name) => resolve([code, name])),
  );
  clearTimeout(stop);
  clearTimeout(dead);
  const what = `${program === SERVER ? 'server' : 'client'} ${JSON.stringify(words)}`;
  const stoppedByUs = signal === 'SIGTERM' && program === CLIENT;
  here.expect(stoppedByUs || STATUSES.includes(status), `${what} ends with ${status ?? signal}`);
  here.expect(!/^ {4}at /m.test(stderr), `${what} shows a stack trace`);
  const errors = stderr.split('\n').filter(Boolean);
  const expected = status === 0 || stoppedByUs ? 0 : 1;
  const several = program === CLIENT && errors.length >= 1;
  here.expect(
    errors.every((line) => line.startsWith('ERROR: ')) && (several || errors.length === expected),
    `${what} says ${JSON.stringify(stderr)} with ${status}`,
  );
}

const NAMES = ['IDLE_TIMEOUT', 'MODE', 'DRAIN', 'FSYNC', 'HOST', 'TIMEOUT', 'JOBS', 'NO_SUCH'];
/** @type {((root: string) => string)[]} */
const WORDS = [
  () => String(anyOf(-2, 70_000)),
  () => String(anyOf(40_000, 60_000)),
  () => one(['--host', '--drain', '--mode', '--fsync', '--jobs', '--timeout', '--', '-', '--x']),
  () => `${one(['--idle-timeout', '--max-size', '--jobs', '--mode'])}=${printable()}`,
  (root) => join(root, 'inbox'),
  () => '127.0.0.1',
  () => '/dev/null',
  () => '',
  printable,
];

function printable() {
  return randomBytes(anyOf(0, 12)).toString('latin1').replaceAll('\0', '').replaceAll('/', '');
}

/** @template T @param {readonly T[]} choices @returns {T} */
function one(choices) {
  return /** @type {T} */ (choices[anyOf(0, choices.length - 1)]);
}
