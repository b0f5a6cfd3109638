import { openFilesLimit } from '../node/openFilesLimit.js';
import type { SendCommand } from './clientCommand.js';
import type { Print } from './printer.js';

/** Limits `--jobs` to the number of files, and to what the open-files limit allows, with a warning. */
export function limitJobs(
  { jobs, files }: Pick<SendCommand, 'jobs' | 'files'>,
  warn: Print,
  limit = maxJobs(),
): number {
  const wanted = Math.min(jobs, files.length);
  if (wanted > limit)
    warn(
      `WARNING: --jobs ${jobs} is reduced to ${limit}: the open-files limit (ulimit -n) allows no more`,
    );
  return Math.min(wanted, limit);
}

/** The number of connections at once that the open-files limit allows. */
export const maxJobs = (limit = openFilesLimit()): number =>
  Math.max(1, Math.floor((limit - FILES_OF_NODE) / FILES_PER_JOB));

/** Files that Node itself has open, and those that starting a process needs for a moment. */
const FILES_OF_NODE = 32;

/** A job has its file open, and either the three pipes of its look-up or the sockets of its attempts to connect. */
const FILES_PER_JOB = 6;

/**
 * Bytes that each job reads and writes at a time, so that all jobs together use at most 64 MiB. With a maximum rate,
 * each job sends a block ten times per second, because a server that receives nothing for 10 s aborts.
 */
export const blockSizeOf = (jobs: number, rate = Infinity): number =>
  Math.min(
    2 * MiB,
    Math.max(64 * KiB, Math.floor((64 * MiB) / jobs)),
    Math.max(1, Math.floor(rate / (10 * jobs))),
  );

const KiB = 1024;
const MiB = 1024 * KiB;
