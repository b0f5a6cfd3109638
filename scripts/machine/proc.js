/** What Linux reports of a running process. */
import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** USER_HZ is 100 on every Linux that runs Node. */
const TICKS_PER_SECOND = 100;

/**
 * CPU-seconds of a process, its living children, and those it waited for.
 *
 * @param {number} pid
 * @returns {number}
 */
export function cpuSeconds(pid) {
  const fields = read(`/proc/${pid}/stat`)
    .replace(/^.*\) /s, '')
    .split(' ');
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return childrenOf(pid).reduce((sum, child) => sum + cpuSeconds(child), ticks / TICKS_PER_SECOND);
}

/**
 * CPU-seconds of the threads that a process has now, to the nanosecond.
 *
 * @param {number} pid
 */
export const cpuSecondsOfThreads = (pid) =>
  readdirSync(`/proc/${pid}/task`)
    .map((thread) => Number(read(`/proc/${pid}/task/${thread}/schedstat`).split(' ')[0]) / 1e9)
    .reduce((sum, seconds) => sum + seconds, 0);

/**
 * The process that runs one of our programs: a command that it was started under may have made it its child.
 *
 * @param {number} pid of that command @param {string} file
 * @returns {number | undefined}
 */
export function programOf(pid, file) {
  const [program, ...words] = read(`/proc/${pid}/cmdline`).split('\0');
  if (program === process.execPath && words.includes(file)) return pid;
  for (const child of childrenOf(pid)) {
    const found = programOf(child, file);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** @param {number} pid How many descriptors it has open. */
export function descriptors(pid) {
  try {
    return readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    return 0;
  }
}

/** @param {number} pid The most memory that it ever held. */
export const peakKiB = (pid) => status(pid, 'VmHWM');

/** @param {number} pid The memory that it holds now, once that no longer changes. */
export async function settledKiB(pid) {
  let before = status(pid, 'VmRSS');
  for (let calm = 0, looks = 0; calm < 3 && looks < 50; looks++) {
    await sleep(100);
    const now = status(pid, 'VmRSS');
    calm = Math.abs(now - before) <= before / 200 ? calm + 1 : 0;
    before = now;
  }
  return before;
}

/**
 * Whether somebody listens. Connecting would show it too, but would be a connection, and some peers take one only.
 *
 * @param {number} port @param {number | 'self'} [pid] a process of the network that is meant
 */
export function isListening(port, pid = 'self') {
  const address = `:${port.toString(16).toUpperCase().padStart(4, '0')} `;
  return ['tcp', 'tcp6'].some((table) =>
    head(`/proc/${pid}/net/${table}`).some(
      (line) => line.slice(0, 60).includes(address) && line.includes(' 0A '),
    ),
  );
}

/** @param {number} pid The processes that it has started. */
export const childrenOf = (pid) =>
  read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);

/** @param {number} pid @param {string} field */
const status = (pid, field) =>
  Number(new RegExp(`^${field}:\\s*(\\d+) kB`, 'm').exec(read(`/proc/${pid}/status`))?.[1] ?? 0);

/** @param {string} path What is gone is empty. */
function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** @param {string} table Those who listen come first, and the rest may be tens of thousands. */
function head(table) {
  const block = Buffer.alloc(64 * 1024);
  try {
    const fd = openSync(table, 'r');
    try {
      let [filled, count] = [0, 0];
      // One read returns a page at most.
      do {
        count = readSync(fd, block, filled, block.length - filled, null);
        filled += count;
      } while (count > 0);
      return block.toString('latin1', 0, filled).split('\n');
    } finally {
      closeSync(fd);
    }
  } catch {
    return [];
  }
}
