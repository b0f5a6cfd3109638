import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../bench/ports.js';
import { descriptors, isListening, peakMiB, residentMiB, sleeps } from './proc.js';
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
    env: { ...process.env, RXDROP_SERVER_MIN_FREE: '1', UV_THREADPOOL_SIZE: '1', ...env },
  });
  const pid = child.pid ?? 0;
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (/** @type {string} */ text) => (stderr += text));
  child.stdout.resume();
  /** @type {Promise<{ status: number | null, signal: string | null }>} */
  const gone = new Promise((resolve) =>
    child.on('close', (status, signal) => resolve({ status, signal })),
  );
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  await until(() => hasEnded() || isListening(pid, port), 10_000);
  if (hasEnded()) throw new Error(`the server did not start: ${stderr.trim()}`);
  const idle = { descriptors: descriptors(pid), resident: residentMiB(pid) };

  return {
    port,
    pid,
    gone,
    hasEnded,
    stderr: () => stderr,
    signal: (/** @type {NodeJS.Signals} */ name) => child.kill(name),
    /** MiB of memory that it holds now, and has held at most. */
    resident: () => residentMiB(pid),
    peak: () => peakMiB(pid),

    /**
     * What a server at rest should not hold, in words. The heap of a process that has worked keeps
     * some MiB: less than a file, or than a leak of some thousand connections.
     */
    async burden(mostGrown = 96) {
      const settled = await until(() => descriptors(pid) <= idle.descriptors, 10_000);
      const quiet = await isQuiet(pid);
      const grown = residentMiB(pid) - idle.resident;
      return [
        ...(settled ? [] : [`${descriptors(pid) - idle.descriptors} descriptors are still open`]),
        ...(quiet ? [] : ['its timers go on']),
        ...(grown < mostGrown ? [] : [`it holds ${grown.toFixed()} MiB more than at its start`]),
      ];
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

/** @typedef {Awaited<ReturnType<typeof startServer>>} Server */

/** ms: a second is what is promised, and the others are for a machine that has much else to do. */
const AT_ONCE = 4_000;

/** @param {number} pid Whether a process at rest stays asleep, apart from what the engine does for itself. */
async function isQuiet(pid) {
  for (let tries = 0; tries < 10; tries++) {
    const before = sleeps(pid);
    await sleep(250);
    if (sleeps(pid) - before < 5) return true;
  }
  return false;
}
