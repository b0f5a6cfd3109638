import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { CLIENT } from '../client.js';
import { anyOf, oneOf } from '../random.js';
import { many } from '../many.js';
import { parsers } from '../parsers.js';
import { SERVER } from '../server.js';

const STATUSES = [0, 64, 65, 66, 68, 69, 73, 74, 75, 77];

/** @type {import('../stage.js').Case} */
export default {
  name: 'fuzz-words',
  title:
    '10,000 random command lines and environments inside one process, and 100 of spawned programs',
  rounds: 1,
  unsettled: true,
  async play(here) {
    const programs = await parsers(here.root);
    for (let i = 0; i < 10_000; i++) {
      const program = oneOf(programs);
      const { name, options } = program;
      const { words, env } = drawn(here.root, name, options);
      const line = program.parse(words, env);
      here.expect(
        line === undefined || /^ERROR: .+$/.test(line),
        `${name} ${JSON.stringify({ words, env })} comes to ${JSON.stringify(line)}`,
      );
    }
    for (let batch = 0; batch < 25; batch++)
      await many(4, () => {
        const { name, options } = oneOf(programs);
        return spawned(here, name, drawn(here.root, name, options));
      });
  },
};

/** @param {string} root @param {string} name @param {readonly string[]} options */
function drawn(root, name, options) {
  const word = () => {
    const option = oneOf(options);
    return oneOf([
      () => String(anyOf(-2, 70_000)),
      () => oneOf(['', '-', '--', '--x', '127.0.0.1', '/dev/null', join(root, 'inbox')]),
      () => option,
      () => `${option}=${oneOf(VALUES)}`,
      () => `${option}=${mutated(oneOf(VALUES))}`,
      () => mutated(option),
      () => noise(),
    ])();
  };
  const usual = name === 'rxdrop-server' ? ['40000', root] : ['127.0.0.1', '1', '/dev/null'];
  const words = [...oneOf([[], usual]), ...Array.from({ length: anyOf(0, 5) }, word)];
  const prefix = name.toUpperCase().replace('-', '_');
  const variable = () => oneOf(options).toUpperCase().replaceAll('-', '_').slice(1);
  const env = Object.fromEntries(
    Array.from({ length: anyOf(0, 2) }, () => [
      prefix + variable(),
      oneOf([() => oneOf(VALUES), () => mutated(oneOf(VALUES)), noise])(),
    ]),
  );
  return { words, env };
}

/** @param {import('../stage.js').Stage} here @param {string} name @param {ReturnType<typeof drawn>} drawn One run; what still runs after a second is asked to stop. */
async function spawned(here, name, { words, env }) {
  const program = name === 'rxdrop-server' ? SERVER : CLIENT;
  const child = spawn(process.execPath, [program, ...words], {
    cwd: here.root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (/** @type {string} */ text) => (stderr += text));
  const stop = setTimeout(() => child.kill('SIGTERM'), 1_000);
  const dead = setTimeout(() => child.kill('SIGKILL'), 30_000);
  const [status, signal] = await new Promise((resolve) =>
    child.on('close', (code, name) => resolve([code, name])),
  );
  clearTimeout(stop);
  clearTimeout(dead);
  const what = `${name} ${JSON.stringify({ words, env })}`;
  // A server with --once that is stopped has saved nothing (1).
  const stoppedByUs = signal === 'SIGTERM' || (status === 1 && /once/i.test(what));
  here.expect(stoppedByUs || STATUSES.includes(status), `${what} ends with ${status ?? signal}`);
  const errors = stderr.split('\n').filter(Boolean);
  // A client prints a line for each of its files.
  const most = status === 0 ? 0 : name === 'rxdrop-client' ? Math.max(1, words.length) : 1;
  here.expect(
    errors.every((line) => line.startsWith('ERROR: ')) &&
      errors.length <= most &&
      (status === 0 || stoppedByUs || errors.length > 0),
    `${what} says ${JSON.stringify(stderr)} with ${status}`,
  );
}

const VALUES = [
  '10s',
  '500ms',
  '0',
  '64KiB',
  '2GB',
  '127.0.0.0/8,::1',
  '0600',
  'keep',
  '3',
  '1',
  '::',
];

/** One character of it is another one, twice there, or missing. @param {string} text */
function mutated(text) {
  const at = anyOf(0, text.length);
  return text.slice(0, at) + noise(2) + text.slice(at + anyOf(0, 2));
}

function noise(most = 12) {
  const codes = Array.from({ length: anyOf(0, most) }, () =>
    oneOf([anyOf(1, 255), anyOf(1, 0xd7ff)]),
  );
  return String.fromCharCode(...codes).replaceAll('/', '');
}
