import type { BigIntStats } from 'node:fs';
import { concat, defer, type Observable, of } from 'rxjs';
import type { Path } from '../../../node/pathText.js';
import { codeOf } from '../codeOf.js';
import { fsync, lstat, readText, unlink } from './fileCalls.js';
import { type Loan, numberOf } from './loan.js';
import type { Place } from './place.js';
import type { Inode } from './sameDirectory.js';
import { attempt, type Steps } from './steps.js';
import { type LeftFile, TemporaryFile } from './temporaryFile.js';

/**
 * Finishes a file whose process has died at any moment. Emits the size of the file if it was published, and `undefined`
 * if it is `ERROR` now.
 *
 * The directory is the witness: the file was published if its name has another file than before, or the temporary
 * file itself. `ERROR` may have been published, too.
 *
 * @param before what had the name when the file was begun
 */
export const recover = (
  loan: Loan,
  place: Place,
  before?: Inode,
): Observable<number | undefined> => {
  const { serial, facts } = loan;
  const { id, backups } = numberOf(loan);
  const temporary = place.temporary(serial);
  const name = place.fileName(id, facts);
  const fail = (left: LeftFile) => new TemporaryFile(temporary, place, left).fail(name, backups);
  let size: number | undefined;
  function* steps(): Steps<void> {
    const left = yield* find(temporary);
    const published = yield* findPublished(name, left, place, before);
    if (!published) {
      yield* fail({ isCreated: left !== undefined });
      return;
    }
    if (left) yield* attempt(unlink(temporary));
    try {
      // Its process may have died before this, and what is confirmed survives a power cut.
      yield* syncDirectory(name, place);
    } catch {
      yield* fail({ isPublished: true });
      return;
    }
    size = published.isMarker ? undefined : published.size;
  }
  return concat(
    place.disk.run(steps),
    defer(() => of(size)),
  );
};

interface Published {
  readonly size: number;
  readonly isMarker: boolean;
}

function* findPublished(
  name: string,
  left: BigIntStats | undefined,
  { folders }: Place,
  before: Inode | undefined,
): Steps<Published | undefined> {
  let published: Published | undefined;
  yield* folders.use(name, function* (path) {
    const file = yield* find(path);
    if (file && (left ? isSame(file, left) : !isSame(file, before)))
      published = { size: Number(file.size), isMarker: yield* isMarker(path, file) };
  });
  return published;
}

const syncDirectory = (name: string, { folders }: Place): Steps<void> =>
  folders.use(name, function* (_, directoryToSync) {
    if (directoryToSync !== undefined) yield* fsync(directoryToSync);
  });

const isSame = (file: Inode, other: Inode | undefined): boolean =>
  file.dev === other?.dev && file.ino === other.ino;

function* isMarker(path: Path, file: BigIntStats): Steps<boolean> {
  return file.size === 5n && file.isFile() && (yield* readText(path)) === 'ERROR';
}

function* find(path: Path): Steps<BigIntStats | undefined> {
  try {
    return yield* lstat(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
