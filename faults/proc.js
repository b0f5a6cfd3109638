/** What Linux tells of a process that runs. */
import { readdirSync, readFileSync } from 'node:fs';

/**
 * The process that runs one of our programs: a command that it was started under may have made it its child.
 *
 * @param {number} pid of that command @param {string} file
 * @returns {number | undefined}
 */
export function programOf(pid, file) {
  const [program, ...words] = read(`/proc/${pid}/cmdline`).split('\0');
  if (program === process.execPath && words.includes(file)) return pid;
  for (const child of read(`/proc/${pid}/task/${pid}/children`).split(' ')) {
    const found = child === '' ? undefined : programOf(Number(child), file);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** @param {number} pid */
export const descriptors = (pid) => count(`/proc/${pid}/fd`);

/** @param {number} pid MiB of memory that it has held at most. */
export const peakMiB = (pid) =>
  Number(/^VmHWM:\s*(\d+) kB/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0) / 1024;

/** @param {number} pid @param {number} port Whether somebody listens in the network of that process. */
export function isListening(pid, port) {
  const address = `:${port.toString(16).toUpperCase().padStart(4, '0')} `;
  return ['tcp', 'tcp6'].some((table) =>
    read(`/proc/${pid}/net/${table}`)
      .split('\n')
      .some((line) => line.slice(0, 60).includes(address) && line.includes(' 0A ')),
  );
}

/** @param {string} path What is gone is empty. */
function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function count(/** @type {string} */ path) {
  try {
    return readdirSync(path).length;
  } catch {
    return 0;
  }
}
