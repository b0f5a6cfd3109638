import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';

/**
 * The number of processors that this process may use: those of its affinity, and no more than the quota of its control
 * group, of which Node knows nothing before version 24.
 */
export const availableCores = (parallelism = availableParallelism(), quota = cpuQuota()): number =>
  Math.max(1, Math.min(parallelism, Math.floor(quota)));

/**
 * The processors' time that the control groups of this process (cgroups(7), version 2) allow; `Infinity` without a
 * limit.
 */
export function cpuQuota(groups = '/proc/self/cgroup', root = '/sys/fs/cgroup'): number {
  const { path = '/' } = /^0::(?<path>.*)$/m.exec(read(groups))?.groups ?? {};
  let quota = Infinity;
  for (let group = path; ; group = dirname(group)) {
    const [time, period] = read(join(root, group, 'cpu.max'))
      .split(' ')
      .map(Number);
    if (time !== undefined && period !== undefined && time > 0)
      quota = Math.min(quota, time / period);
    if (group === dirname(group)) return quota;
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
