import { execFileSync } from 'node:child_process';
import { statfsSync } from 'node:fs';
import { availableParallelism, cpus, release, totalmem, type } from 'node:os';
import { GiB } from './sizes.js';

/** The machine of the figures. */
export function machine() {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Number((totalmem() / GiB).toFixed(1)),
    kernel: `${type()} ${release()}`,
    node: process.version,
    date: new Date().toISOString().slice(0, 10),
  };
}

/** @typedef {ReturnType<typeof machine>} Machine */

/** @param {Machine} facts */
export const machineLine = ({ cpu, cores, memoryGiB, kernel, node, date }) =>
  `${cpu}, ${cores} cores, ${memoryGiB} GiB, ${kernel}, Node ${node}, ${date}`;

/** The maximum of files that one process may have open. */
export function openFilesLimit() {
  const limit = execFileSync('sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8' }).trim();
  return limit === 'unlimited' ? Infinity : Number(limit);
}

/** @param {string} dir */
export const isInMemory = (dir) => [TMPFS, RAMFS].includes(statfsSync(dir).type);
const TMPFS = 0x01021994;
const RAMFS = 0x858458f6;

/** @param {string} dir */
export function freeSpace(dir) {
  const { bavail, bsize } = statfsSync(dir);
  return bavail * bsize;
}
