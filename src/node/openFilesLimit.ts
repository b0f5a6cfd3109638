import { readFileSync } from 'node:fs';

/**
 * How many files and sockets this process may have open at once, where the system shows it (Linux:
 * proc_pid_limits(5)); `Infinity` elsewhere. Node raises its own limit as far as it may when it starts.
 */
export function openFilesLimit(limits = '/proc/self/limits'): number {
  try {
    const { soft } =
      /^Max open files +(?<soft>\d+) /m.exec(readFileSync(limits, 'latin1'))?.groups ?? {};
    return soft === undefined ? Infinity : Number(soft);
  } catch {
    return Infinity;
  }
}
