import { readdirSync, readFileSync } from 'node:fs';
import { OpenFilesError } from '../errors.js';

/**
 * The number of files and sockets that this process may have open at once; `Infinity` without such a limit.
 *
 * Linux shows it in a file (proc_pid_limits(5)). If the file is missing, Node's diagnostic report has it, which
 * takes some milliseconds and looks up the names of all peers, unless `excludeNetwork` is set. Node raises its own
 * limit to the maximum when it starts.
 */
export function openFilesLimit(limits = '/proc/self/limits', report = limitInReport): number {
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

/** The limit in Node's diagnostic report. */
function limitInReport(): unknown {
  const report: NodeJS.ProcessReport & { excludeNetwork?: boolean } =
    process.getBuiltinModule('node:process').report;
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
 * The number of connections that fit below the open-files limit: each may have a socket and a file, beside the
 * descriptors that this process already has open.
 *
 * @throws OpenFilesError if not even one fits: such a server could save no file
 */
export function roomForConnections(limit = openFilesLimit(), open = openFiles()): number {
  const room = Math.floor((limit - open - OWN_FILES) / 2);
  if (room < 1) throw new OpenFilesError(limit);
  return room;
}

/**
 * Whether a descriptor is so close to the limit that no later ones may be left. The system returns the lowest free
 * number, so this check needs no system call, and counts all descriptors of the process.
 */
export const isNearLimit = (fd: number | undefined, limit: number): boolean =>
  fd !== undefined && fd >= limit - RESERVED_FILES;

/** The descriptors of the server itself: the listening socket, the lock, the directory, the event loop. */
const OWN_FILES = 12;

/** At the limit itself, libuv closes new connections with a FIN, which looks like a confirmation. */
const RESERVED_FILES = 6;

/** Open descriptors, if the system lists them; otherwise the number that Node opens when it starts. */
function openFiles(list = '/dev/fd'): number {
  try {
    return readdirSync(list).length - DESCRIPTOR_OF_LIST;
  } catch {
    return FILES_OF_NODE;
  }
}

const DESCRIPTOR_OF_LIST = 1;
const FILES_OF_NODE = 24;
