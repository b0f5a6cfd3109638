import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../bench/ports.js';
import { descriptors, isListening, peakMiB } from './proc.js';
import { until } from './until.js';

export const SERVER = fileURLToPath(new URL('../dist/bin/rxdrop-server.js', import.meta.url));

/**
 * @typedef {object} ServerOptions
 * @property {string} dir
 * @property {string[]} [args]
 * @property {string[]} [under] a command that runs it: `prlimit …`, `ip netns exec …`
 * @property {Record<string, string>} [env]
 */

/**
 * Starts the program as built, and waits until it listens.
 *
 * @param {ServerOptions} options
 */
export async function startServer({ dir, args = [], under = [], env = {} }) {
  const port = await freePort();
  const [command = '', ...rest] = [...under, process.execPath, SERVER, String(port), dir, ...args];
  const child = spawn(command, rest, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...ENVIRONMENT, ...env },
  });
  const pid = child.pid ?? 0;
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (/** @type {string} */ text) => (stderr += text));
  child.stdout.setEncoding('utf8').resume();
  /** @type {Promise<{ status: number | null, signal: string | null }>} */
  const gone = new Promise((resolve) =>
    child.on('close', (status, signal) => resolve({ status, signal })),
  );
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  await until(() => hasEnded() || isListening(pid, port), 10_000);
  if (hasEnded()) throw new Error(`the server did not start: ${stderr.trim()}`);

  /** What it still holds, garbage collected. */
  const held = () =>
    new Promise((/** @type {(held: Held) => void} */ resolve) => {
      child.stdout.once('data', (told) => {
        const [bytes = 0, timers = 0] = String(told).split(' ').map(Number);
        resolve({ memory: bytes / 2 ** 20, timers, descriptors: descriptors(pid) });
      });
      void gone.then(() => resolve({ memory: Infinity, timers: Infinity, descriptors: Infinity }));
      child.kill('SIGUSR2');
    });
  const idle = await held();

  return {
    port,
    pid,
    gone,
    hasEnded,
    stderr: () => stderr,
    signal: (/** @type {NodeJS.Signals} */ name) => child.kill(name),
    held,
    /** MiB of memory that it has held at most, garbage included. */
    peak: () => peakMiB(pid),

    /** What a server at rest should not hold, in words. */
    async burden() {
      /** @type {string[]} */
      let burden = [];
      for (const end = performance.now() + 10_000; performance.now() < end; await sleep(250)) {
        const { memory, timers, descriptors } = await held();
        const grown = memory - idle.memory;
        burden = [
          ...(descriptors <= idle.descriptors
            ? []
            : [`${descriptors - idle.descriptors} descriptors are still open`]),
          ...(timers <= idle.timers ? [] : [`${timers - idle.timers} timers still run`]),
          ...(grown < MOST_GROWN
            ? []
            : [`it keeps ${grown.toFixed(1)} MiB more than at its start`]),
        ];
        if (burden.length === 0) break;
      }
      return burden;
    },

    /** Ends it as a service manager does; tells what is wrong about how it ended. */
    async stop() {
      const since = performance.now();
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), 60_000);
      const { status, signal } = await gone;
      clearTimeout(late);
      const ms = performance.now() - since;
      return [
        ...(status === 0 ? [] : [`SIGTERM ended it with ${status ?? signal}: ${stderr.trim()}`]),
        ...(ms < AT_ONCE ? [] : [`SIGTERM took ${ms.toFixed()} ms`]),
        ...(/^ {4}at /m.test(stderr) ? [`a stack trace: ${stderr.trim()}`] : []),
      ];
    },
  };
}

/** @typedef {{ memory: number, timers: number, descriptors: number }} Held MiB, and counts. */

/** @typedef {Awaited<ReturnType<typeof startServer>>} Server */

/** One thread for file calls, because strace counts the calls of each. */
const ENVIRONMENT = {
  RXDROP_SERVER_MIN_FREE: '1',
  UV_THREADPOOL_SIZE: '1',
  NODE_OPTIONS: `--import=${new URL('telling.js', import.meta.url).href}`,
};

/** MiB: what the engine learns while a server works. A leak of some thousand connections is more. */
const MOST_GROWN = 6;

/** ms: a second is what is promised, and the others are for a machine that has much else to do. */
const AT_ONCE = 4_000;
