import { codeOf } from '../codeOf.js';
import type { Path } from '../../../node/pathText.js';
import { extended } from '../path.js';
import { attempt, exists, link, rename, statsOf, type Steps, unlink } from './steps.js';

/**
 * Gives a finished temporary file its name by one atomic step, and loses nothing that had the name
 * before: that becomes a numbered backup, `name.~k~`, as `cp --backup=numbered` names them (S12).
 *
 * A link never clobbers, but a rename does, so the link finds out whether the name is taken. Then
 * the old file is linked to its backup and the new one renamed over it: the name is never missing.
 * If it cannot be renamed, the backup is undone, and everything is as it was.
 *
 * @param backups the highest number of a backup that the name has already
 */
export function* publish(temporary: Path, name: Path, backups: bigint): Steps<void> {
  try {
    yield* link(temporary, name);
  } catch (error) {
    const taken = codeOf(error) === 'EEXIST';
    if (!taken && !cannotLink(error)) throw error;
    if (taken && (yield* isSameFile(temporary, name))) {
      // The link was made, and its answer was lost (NFS repeats a request).
      yield* attempt(unlink(temporary));
      return;
    }
    yield* replace(temporary, name, taken || (yield* exists(name)) ? backups : undefined);
    return;
  }
  yield* attempt(unlink(temporary));
}

function* replace(temporary: Path, name: Path, backups: bigint | undefined): Steps<void> {
  const backup = backups === undefined ? undefined : yield* backUp(name, backups);
  try {
    yield* rename(temporary, name);
  } catch (error) {
    if (backup !== undefined) yield* attempt(undo(backup, name));
    throw error;
  }
  // A rename between two names of one file does nothing (rename(2)): the name had the new file already.
  if (backup === undefined || !(yield* hasTwoNames(temporary))) return;
  yield* attempt(unlink(backup));
  yield* attempt(unlink(temporary));
}

/** Links `name` to its first free backup, or moves it there if that cannot be linked (a directory). */
function* backUp(name: Path, backups: bigint): Steps<Path | undefined> {
  for (let number = backups + 1n; ; number++) {
    const backup = extended(name, `.~${number}~`);
    try {
      yield* link(name, backup);
      return backup;
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      if (codeOf(error) !== 'EEXIST' && !cannotLink(error)) throw error;
      if (yield* exists(backup)) continue;
      yield* rename(name, backup);
      return backup;
    }
  }
}

/** Takes a backup back. It is removed only if the name certainly stands for the same file. */
function* undo(backup: Path, name: Path): Steps<void> {
  if (!(yield* exists(name))) yield* rename(backup, name);
  else if (yield* isSameFile(backup, name)) yield* unlink(backup);
}

/** Some file systems make their inodes up, so there have to be two links to it, too. */
function* isSameFile(one: Path, other: Path): Steps<boolean> {
  try {
    const { dev, ino, nlink } = yield* statsOf(one);
    if (nlink < 2n) return false;
    const stats = yield* statsOf(other);
    return stats.dev === dev && stats.ino === ino;
  } catch {
    return false;
  }
}

function* hasTwoNames(path: Path): Steps<boolean> {
  try {
    return (yield* statsOf(path)).nlink > 1n;
  } catch {
    return false;
  }
}

/**
 * File systems without links, which have many words for it, directories, and files of others if links are
 * protected. If nothing at all can be written, the rename says so.
 */
const cannotLink = (error: unknown): boolean =>
  [
    ...['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'],
    ...['EACCES', 'EXDEV', 'EINVAL', 'EROFS'],
  ].includes(String(codeOf(error)));
