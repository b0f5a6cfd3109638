import { attempt, codeOf, exists, link, rename, type Steps, unlink } from './steps.js';

/**
 * Gives a finished temporary file its name by one atomic step, and loses nothing that had the name
 * before: that becomes a numbered backup, `name.~k~`, as `cp --backup=numbered` names them (S12).
 *
 * A link never clobbers, where a rename does, so the link finds out whether the name is taken. Then
 * the old file is linked to its backup and the new one renamed over it: the name is never missing.
 *
 * @param backups the highest number of a backup that the name has already
 */
export function* publish(temporary: string, name: string, backups: number): Steps<void> {
  try {
    yield* link(temporary, name);
  } catch (error) {
    const taken = codeOf(error) === 'EEXIST';
    if (!taken && !cannotLink(error)) throw error;
    if (taken || (yield* exists(name))) yield* backUp(name, backups + 1);
    yield* rename(temporary, name);
    return;
  }
  yield* attempt(unlink(temporary));
}

/** Links `name` to its first free backup, or moves it there where that cannot be linked (a directory). */
function* backUp(name: string, number: number): Steps<void> {
  const backup = `${name}.~${number}~`;
  try {
    yield* link(name, backup);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    if (codeOf(error) !== 'EEXIST' && !cannotLink(error)) throw error;
    if (yield* exists(backup)) yield* backUp(name, number + 1);
    else yield* rename(name, backup);
  }
}

/** File systems without links, directories, and files of others where links are protected. */
const cannotLink = (error: unknown): boolean =>
  ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(String(codeOf(error)));
