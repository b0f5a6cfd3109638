import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../scripts/machine/ports.js';
import {
  childrenOf,
  descriptors,
  isListening,
  peakKiB,
  programOf,
} from '../scripts/machine/proc.js';
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
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...ENVIRONMENT, ...workersFor(args), ...env },
  });
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (/** @type {string} */ text) => (stderr += text));
  const told = /** @type {import('node:stream').Readable} */ (child.stdio[3]);
  told.setEncoding('utf8').resume();
  /** @type {Promise<{ status: number | null, signal: string | null }>} */
  const gone = new Promise((resolve) =>
    child.on('close', (status, signal) => resolve({ status, signal })),
  );
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  let pid = 0;
  await until(() => {
    pid = programOf(child.pid ?? 0, SERVER) ?? 0;
    return hasEnded() || isListening(port, pid);
  }, 10_000);
  // Its last lines may still be in the pipe.
  if (hasEnded()) await gone;
  if (hasEnded() || pid === 0) throw new Error(`the server did not start: ${stderr.trim()}`);

  const signal = (/** @type {NodeJS.Signals} */ name) => {
    // The process may end a moment before the event reports it.
    if (programOf(pid, SERVER) === undefined) return;
    process.kill(pid, name);
    // A machine that is suspended suspends the workers, too.
    if (name === 'SIGSTOP' || name === 'SIGCONT')
      for (const worker of childrenOf(pid)) process.kill(worker, name);
  };

  /** The memory, descriptors and timers that it still holds after garbage collection. */
  const held = () =>
    new Promise((/** @type {(held: Held) => void} */ resolve) => {
      told.once('data', (figures) => {
        const [bytes = 0, timers = 0] = String(figures).split(' ').map(Number);
        resolve({ memory: bytes / 2 ** 20, timers, descriptors: descriptors(pid) });
      });
      void gone.then(() => resolve({ memory: Infinity, timers: Infinity, descriptors: Infinity }));
      signal('SIGUSR2');
    });
  const idle = await held();

  return {
    port,
    pid,
    gone,
    hasEnded,
    stderr: () => stderr,
    signal,
    held,
    /** The peak of its memory in MiB, garbage included. */
    peak: () => peakKiB(pid) / 1024,

    /** Describes what a server without connections should not hold. */
    async burden() {
      /** @type {string[]} */
      let burden = [];
      const end = performance.now() + 10_000;
      while (performance.now() < end) {
        const { memory, timers, descriptors } = await held();
        const grown = memory - idle.memory;
        burden = [
          ...(descriptors <= idle.descriptors
            ? []
            : [`${descriptors - idle.descriptors} descriptors are still open`]),
          ...(timers <= idle.timers ? [] : [`${timers - idle.timers} timers still run`]),
          ...(grown < MAX_GROWTH_MIB
            ? []
            : [`it keeps ${grown.toFixed(1)} MiB more than at its start`]),
        ];
        if (burden.length === 0) break;
        await sleep(250);
      }
      return burden;
    },

    /** Ends it as a service manager does; returns what was wrong with its end. */
    async stop() {
      const workers = childrenOf(pid);
      const since = performance.now();
      signal('SIGTERM');
      const late = setTimeout(() => signal('SIGKILL'), 60_000);
      const { status, signal: cause } = await gone;
      clearTimeout(late);
      const ms = performance.now() - since;
      // They may still have files to finish.
      const left = !(await until(() => workers.every((worker) => descriptors(worker) === 0)));
      return [
        ...(left ? ['a worker is left'] : []),
        ...(status === 0 ? [] : [`SIGTERM ended it with ${status ?? cause}: ${stderr.trim()}`]),
        ...(ms < MAX_STOP_MS ? [] : [`SIGTERM took ${ms.toFixed()} ms`]),
        ...(/^ {4}at /m.test(stderr) ? [`a stack trace: ${stderr.trim()}`] : []),
      ];
    },
  };
}

/** @typedef {{ memory: number, timers: number, descriptors: number }} Held MiB, and counts. */

/** @typedef {Awaited<ReturnType<typeof startServer>>} Server */

let workers = 1;

/** @param {number} count Has servers that are started from now on receive by workers. */
export function useWorkers(count) {
  workers = count;
}

/** @param {string[]} args */
const workersFor = (args) =>
  workers === 1 || args.some((arg) => NEEDS_ONE_PROCESS.test(arg))
    ? {}
    : { RXDROP_SERVER_WORKERS: String(workers) };

const NEEDS_ONE_PROCESS = /^--workers\b/;

/** One thread for file calls, because strace counts the calls of each. */
const ENVIRONMENT = {
  RXDROP_SERVER_MIN_FREE: '1',
  UV_THREADPOOL_SIZE: '1',
  NODE_OPTIONS: `--import=${new URL('reportMemory.js', import.meta.url).href}`,
};

/** The engine's own growth while a server works. A leak of some thousand connections is larger. */
const MAX_GROWTH_MIB = 6;

/** The promise is one second. The rest is for a busy machine. */
const MAX_STOP_MS = 4_000;
