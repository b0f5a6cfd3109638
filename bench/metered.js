import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * The cost of a process. Times are seconds of the monotonic clock, which is the same in all processes.
 *
 * @typedef {object} Usage
 * @property {number} code
 * @property {number} signal
 * @property {number} startedAt
 * @property {number} endedAt
 * @property {number} cpu CPU-seconds, with all children it waited for
 * @property {number} peakKiB
 */

/**
 * @typedef {object} Command
 * @property {string} command
 * @property {readonly string[]} args
 * @property {number | 'pipe' | undefined} [stdin] nothing without it
 * @property {number} [stdout] a descriptor; otherwise lines of JSON
 */

/**
 * What `load`, `sink` and `hold` print; each has its own of these.
 *
 * @typedef {object} Line
 * @property {number} startedAt
 * @property {number} endedAt
 * @property {number} failed
 * @property {string} trouble
 * @property {number} acceptedAt
 * @property {number} bytes
 * @property {boolean} same
 * @property {boolean} reset
 * @property {number} resets
 * @property {number} first
 * @property {number} last
 */

/** Longer than any workload, so that a peer that hangs does not block the benchmark. */
const LIMIT_MS = 180_000;
const GRACE_MS = 2_000;

/**
 * Runs a command under the meter.
 *
 * @param {readonly string[]} meter
 * @param {Command} command
 */
export async function metered(meter, { command, args, stdin, stdout }) {
  const [program = command, ...words] = [...meter, command, ...args];
  /** @type {import('node:child_process').ChildProcess} */
  const child = spawn(program, words, {
    stdio: [stdin ?? 'ignore', stdout ?? 'pipe', 'pipe', 'pipe'],
    timeout: LIMIT_MS,
    killSignal: 'SIGKILL',
  });
  let complaint = '';
  child.stderr?.setEncoding('utf8').on('data', (/** @type {string} */ text) => (complaint += text));
  const reports = lines(child.stdio[3]);
  const said = lines(child.stdout);
  const gone = once(child, 'exit');
  gone.catch(() => undefined);

  const report = async () => {
    const text = await reports?.();
    if (text === undefined) throw new Error(`${command} was ended: ${complaint.trim()}`);
    return /** @type {unknown} */ (JSON.parse(text));
  };
  const { pid, startedAt } = /** @type {{ pid: number, startedAt: number }} */ (await report());
  let ended = false;
  const usage = /** @type {Promise<Usage>} */ (report()).finally(() => (ended = true));
  usage.catch(() => undefined);

  return {
    pid,
    startedAt,
    usage,
    ended: () => ended,
    complaint: () => lastLine(complaint),
    /** The next line that it prints, as JSON. */
    async line() {
      const text = await said?.();
      if (text === undefined) throw new Error(`${command} said nothing: ${complaint.trim()}`);
      return /** @type {Line} */ (JSON.parse(text));
    },
    endInput: () => child.stdin?.end(),
    /** Ends it, if need be by force. */
    async stop() {
      const kill = (/** @type {NodeJS.Signals} */ signal) => ended || killed(pid, signal);
      kill('SIGTERM');
      const late = new AbortController();
      sleep(GRACE_MS, undefined, { signal: late.signal }).then(
        () => kill('SIGKILL'),
        () => undefined,
      );
      try {
        return await usage;
      } finally {
        late.abort();
        await gone;
      }
    },
  };
}

const lastLine = (/** @type {string} */ text) =>
  text.trim() === '' ? undefined : text.trim().split('\n').at(-1);

/** @param {unknown} stream @returns {(() => Promise<string | undefined>) | undefined} the next line */
function lines(stream) {
  if (!(stream instanceof Readable)) return undefined;
  const iterator = createInterface({ input: stream })[Symbol.asyncIterator]();
  return async () => {
    const next = await iterator.next();
    return next.done === true ? undefined : next.value;
  };
}

/** @param {number} pid @param {NodeJS.Signals} signal Who has just ended needs none. */
function killed(pid, signal) {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

/** @typedef {Awaited<ReturnType<typeof metered>>} Metered */

/** The monotonic clock, in seconds. */
export const now = () => Number(process.hrtime.bigint()) / 1e9;
