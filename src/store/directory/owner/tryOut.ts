import {
  closeSync,
  constants,
  fchmodSync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  renameSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { codeOf } from '../codeOf.js';
import type { Path } from '../../../node/pathText.js';

export interface TryOutOptions {
  /** Two paths that do not exist. */
  readonly temporary: Path;
  readonly name: Path;
  /** Permissions of the files. */
  readonly mode: number;
  /** The directory, open, if it is to be synced. */
  readonly directoryToSync: number | undefined;
}

export interface Findings {
  /** Whether `open` gives other permissions than it is asked for. */
  readonly needsChmod: boolean;
  /** Milliseconds on the clock of the file system. */
  readonly now: number;
}

/**
 * Makes a file as every commit will, and removes it again: creates it, writes, sets the permissions, links or
 * renames it, and syncs. So a call that fails in this directory fails at the start, and not at each file (S2).
 */
export function tryOut({ temporary, name, mode, directoryToSync }: TryOutOptions): Findings {
  const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;
  const fd = openSync(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode);
  try {
    const needsChmod = permissionsOf(fd) !== mode;
    if (needsChmod) setPermissions(fd, mode);
    writeSync(fd, 'ERROR');
    if (directoryToSync !== undefined) fdatasyncSync(fd);
    const { ctimeMs: now } = fstatSync(fd);
    publish(temporary, name);
    if (directoryToSync !== undefined) syncDirectory(directoryToSync);
    return { needsChmod, now };
  } finally {
    closeSync(fd);
    remove(temporary, name);
  }
}

const permissionsOf = (fd: number): number => fstatSync(fd).mode & 0o7777;

/** A file system without permissions may ignore them or refuse them. */
function setPermissions(fd: number, mode: number): void {
  let cause: unknown;
  try {
    fchmodSync(fd, mode);
  } catch (error) {
    cause = error;
  }
  const permissions = permissionsOf(fd);
  if (permissions === mode) return;
  const [actual, wanted] = [permissions, mode].map((bits) => bits.toString(8).padStart(4, '0'));
  throw new Error(`its files get the permissions ${actual} instead of ${wanted} (--mode)`, {
    cause,
  });
}

/** A file system without links renames the file. The name does not exist, so nothing is overwritten. */
function publish(temporary: Path, name: Path): void {
  try {
    linkSync(temporary, name);
  } catch {
    renameSync(temporary, name);
  }
}

function syncDirectory(fd: number): void {
  try {
    fsyncSync(fd);
  } catch (cause) {
    throw new Error('it cannot be synced (--fsync)', { cause });
  }
}

/** Removes the files that exist. Throws if one cannot be removed, because each commit would leave one, too. */
function remove(...paths: readonly Path[]): void {
  for (const path of paths) {
    try {
      unlinkSync(path);
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error;
    }
  }
}
