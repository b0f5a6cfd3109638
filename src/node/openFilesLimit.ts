import { readdirSync, readFileSync } from 'node:fs';
import { report as diagnosticReport } from 'node:process';
import { OpenFilesError } from '../errors.js';

/**
 * How many files and sockets this process may have open at once; `Infinity` if the system has no such limit.
 *
 * Linux shows it in a file (proc_pid_limits(5)). Where there is none, Node's diagnostic report has it, which
 * takes some milliseconds and, unless it is told not to, looks up the names of all peers. Node raises its own
 * limit as far as it may when it starts.
 */
export function openFilesLimit(limits = '/proc/self/limits', report = reportedLimit): number {
  try {
    const { soft } =
      /^Max open files +(?<soft>\S+) /m.exec(readFileSync(limits, 'latin1'))?.groups ?? {};
    return asLimit(soft);
  } catch {
    return asLimit(report());
  }
}

const asLimit = (soft: unknown): number => {
  const limit = soft === undefined ? NaN : Number(soft);
  return Number.isNaN(limit) ? Infinity : limit;
};

/** What Node's diagnostic report says. */
function reportedLimit(): unknown {
  const report: NodeJS.ProcessReport & { excludeNetwork?: boolean } = diagnosticReport;
  const { excludeNetwork = false } = report;
  report.excludeNetwork = true;
  try {
    const { userLimits } = report.getReport() as {
      userLimits?: { open_files?: { soft?: unknown } };
    };
    return userLimits?.open_files?.soft;
  } finally {
    report.excludeNetwork = excludeNetwork;
  }
}

/**
 * How many connections fit below the open-files limit: each may have a socket and a file, and whatever this
 * process has open already stays open.
 *
 * @throws OpenFilesError if not even one fits: such a server would listen and save nothing
 */
export function roomForConnections(limit = openFilesLimit(), open = openFiles()): number {
  const room = Math.floor((limit - open - OWN_FILES) / 2);
  if (room < 1) throw new OpenFilesError(limit);
  return room;
}

/**
 * Whether a descriptor is so close to the limit that the next ones may be missing. The system gives out the
 * lowest number that is free, so this costs nothing and counts what others in this process have open, too.
 */
export const isNearLimit = (fd: number | undefined, limit: number): boolean =>
  fd !== undefined && fd >= limit - RESERVED_FILES;

/** Those that a server opens for itself: the listening socket, the lock, the directory, what the event loop keeps. */
const OWN_FILES = 12;

/** At the limit itself, libuv closes whoever connects, which looks like a confirmation. */
const RESERVED_FILES = 6;

/** Descriptors that are open now, where the system lists them; else as many as Node opens when it starts. */
function openFiles(list = '/dev/fd'): number {
  try {
    return readdirSync(list).length - THE_LIST_ITSELF;
  } catch {
    return FILES_OF_NODE;
  }
}

const THE_LIST_ITSELF = 1;
const FILES_OF_NODE = 24;
