import { codeOf } from '../codeOf.js';
import type { Path } from '../../../node/pathText.js';
import { append } from '../path.js';
import { exists, link, lstat, rename, unlink } from './fileCalls.js';
import { remove } from './remove.js';
import { attempt, type Steps } from './steps.js';

/** The highest number of a backup that a name already has. `none`: nothing becomes a backup. */
export type Backups = bigint | 'none';

/** There is something under a name, and no backup may be made of it. */
export class NameTakenError extends Error {
  override readonly name = 'NameTakenError';
}

/**
 * Gives a finished temporary file its name in one atomic step. A file that had the name before becomes a
 * numbered backup, `name.~k~`, as `cp --backup=numbered` names them (S12). If there may be none, the name stays as it
 * is, and this throws a NameTakenError.
 *
 * A link never overwrites a file, but a rename does, so the link finds out whether the name is taken. Then
 * the old file is linked to its backup, and the new one is renamed over it: the name is never missing. If
 * the rename fails, the backup is undone.
 */
export function* publish(temporary: Path, name: Path, backups: Backups): Steps<void> {
  try {
    yield* link(temporary, name);
  } catch (error) {
    const taken = codeOf(error) === 'EEXIST';
    if (!taken && !cannotLink(error)) throw error;
    if (taken && (yield* isSameFile(temporary, name))) {
      // The link was made, but the reply was lost, and NFS repeated the request.
      yield* remove(temporary);
      return;
    }
    if (!taken && !(yield* exists(name))) yield* replace(temporary, name, undefined);
    else if (backups === 'none') throw new NameTakenError('the name is taken', { cause: error });
    else yield* replace(temporary, name, backups);
    return;
  }
  yield* remove(temporary);
}

function* replace(temporary: Path, name: Path, backups: bigint | undefined): Steps<void> {
  const backup = backups === undefined ? undefined : yield* backUp(name, backups);
  try {
    yield* rename(temporary, name);
  } catch (error) {
    if (backup !== undefined) yield* attempt(undo(backup, name));
    throw error;
  }
  // A rename between two names of one file does nothing (rename(2)): the name already had the new file.
  if (backup === undefined || !(yield* hasTwoNames(temporary))) return;
  yield* attempt(unlink(backup));
  yield* remove(temporary);
}

/** Links `name` to its first free backup, or renames it if it cannot be linked (a directory). */
function* backUp(name: Path, backups: bigint): Steps<Path | undefined> {
  for (let number = backups + 1n; ; number++) {
    const backup = append(name, `.~${number}~`);
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

/** Undoes a backup. It is removed only if the name certainly has the same file. */
function* undo(backup: Path, name: Path): Steps<void> {
  if (!(yield* exists(name))) yield* rename(backup, name);
  else if (yield* isSameFile(backup, name)) yield* unlink(backup);
}

/** Some file systems invent their inodes, so the file must also have two links. */
function* isSameFile(one: Path, other: Path): Steps<boolean> {
  try {
    const { dev, ino, nlink } = yield* lstat(one);
    if (nlink < 2n) return false;
    const stats = yield* lstat(other);
    return stats.dev === dev && stats.ino === ino;
  } catch {
    return false;
  }
}

function* hasTwoNames(path: Path): Steps<boolean> {
  try {
    return (yield* lstat(path)).nlink > 1n;
  } catch {
    return false;
  }
}

/**
 * The name is a directory, the file of another user (protected links), or the file system has no links, which
 * file systems report with different codes. If nothing can be written at all, the rename fails too.
 */
const cannotLink = (error: unknown): boolean =>
  [
    ...['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'],
    ...['EACCES', 'EXDEV', 'EINVAL', 'EROFS'],
  ].includes(String(codeOf(error)));
