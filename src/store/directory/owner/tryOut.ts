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

export interface Trial {
  /** Names that nothing has. */
  readonly temporary: Path;
  readonly name: Path;
  /** Permissions that files are to have. */
  readonly mode: number;
  /** The directory, open, if it is to be synced. */
  readonly directoryToSync: number | undefined;
}

export interface Findings {
  /** Whether `open` gives other permissions than it is asked for, so that they have to be set. */
  readonly needsChmod: boolean;
  /** Milliseconds on the clock of the file system. */
  readonly now: number;
}

/**
 * Makes a file as every commit will make one, and removes it again: creates, writes, sets the permissions,
 * links or renames, and syncs. What cannot be done is found at the start and not at each file (S2).
 */
export function tryOut({ temporary, name, mode, directoryToSync }: Trial): Findings {
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
    removeEither(temporary, name);
  }
}

const permissionsOf = (fd: number): number => fstatSync(fd).mode & 0o7777;

/** A file system that keeps no permissions may take them and forget them, or refuse them. */
function setPermissions(fd: number, mode: number): void {
  let cause: unknown;
  try {
    fchmodSync(fd, mode);
  } catch (error) {
    cause = error;
  }
  const permissions = permissionsOf(fd);
  if (permissions === mode) return;
  const [given, asked] = [permissions, mode].map((bits) => bits.toString(8).padStart(4, '0'));
  throw new Error(`its files get the permissions ${given} instead of ${asked} (--mode)`, { cause });
}

/** If it has no links, a rename will do, which nothing can be in the way of here. */
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

/** Removes what there is of both; reports what cannot be removed, and would stay beside every file. */
function removeEither(...paths: readonly Path[]): void {
  for (const path of paths) {
    try {
      unlinkSync(path);
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error;
    }
  }
}
