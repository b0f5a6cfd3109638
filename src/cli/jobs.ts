import { openFilesLimit } from '../node/openFilesLimit.js';
import type { SendCommand } from './clientCommand.js';
import type { Print } from './printer.js';

/** `--jobs`, as far as there are files and the open-files limit carries them; a smaller number is a warning. */
export function limitJobs(
  { jobs, files }: Pick<SendCommand, 'jobs' | 'files'>,
  warn: Print,
  limit = maxJobs(),
): number {
  const wanted = Math.min(jobs, files.length);
  if (wanted > limit)
    warn(`WARNING: the open-files limit carries ${limit} connections at once, not --jobs ${jobs}`);
  return Math.min(wanted, limit);
}

/** How many connections at once the open-files limit carries. */
export const maxJobs = (limit = openFilesLimit()): number =>
  Math.max(1, Math.floor((limit - FILES_OF_NODE) / FILES_PER_JOB));

/** Files that Node keeps open itself, and that starting a process takes for a moment. */
const FILES_OF_NODE = 32;

/** A job has a file open, and the three pipes of its look-up, or its socket and those of other addresses. */
const FILES_PER_JOB = 6;

/** Bytes that each job reads and writes at a time, so that all of them together take at most 64 MiB. */
export const blockSizeOf = (jobs: number): number =>
  Math.min(2 * MiB, Math.max(64 * KiB, Math.floor((64 * MiB) / jobs)));

const KiB = 1024;
const MiB = 1024 * KiB;
