import { readdirSync } from 'node:fs';
import { concat, defer, map, merge, type Observable, of, switchMap } from 'rxjs';
import { afterPoll$ } from '../../node/afterPoll.js';
import type { Path } from '../../node/pathText.js';
import { type DirectoryStoreOptions, touchRegularly } from '../directory/directoryStore.js';
import { openDirectory } from '../directory/openDirectory.js';
import { entryOf } from '../directory/path.js';
import type { Disk } from '../directory/writer/disk.js';
import { fsync, lstat, rename, unlink } from '../directory/writer/fileCalls.js';
import type { FilePart } from '../directory/writer/filePart.js';
import type { Steps } from '../directory/writer/steps.js';
import { writer } from '../directory/writer/writer.js';
import type { Origin } from '../store.js';
import type { NameFacts } from '../directory/owner/nameField.js';
import { readRange } from './readRange.js';
import { readSpoolName, type SpooledFile, spoolName } from './spoolName.js';

/** A local directory in which files are received, and wait until they are objects. */
export interface Spool {
  /** Begins a file. Its commit, or its `ERROR`, leaves a file that waits. */
  begin(number$: Observable<number>, facts: NameFacts): FilePart;
  /** What the name of an object may have of a connection. */
  readonly factsOf: (origin: Origin) => NameFacts;
  /** The files that an earlier server has left. */
  readonly leftovers: readonly SpooledFile[];
  readonly pathOf: (file: SpooledFile) => Path;
  /** Emits the size of a file. */
  sizeOf(path: Path): Observable<number>;
  read(path: Path, from: number, size: number): Observable<Uint8Array>;
  /** Names a file that waits by another number. */
  renumber(file: SpooledFile, id: number): Observable<never>;
  remove(path: Path): Observable<never>;
}

/** Opens a directory as a spool, and locks it while subscribed, as a directory store does. */
export const openSpool = (options: DirectoryStoreOptions): Observable<Spool> =>
  openDirectory(options).pipe(
    switchMap(({ factsOf, writerOptions }) => {
      const { directory, directoryToSync, disk } = writerOptions;
      const pathOf = ({ id, facts }: SpooledFile) => entryOf(directory, spoolName(id, facts));
      const { begin, touch } = writer({ ...writerOptions, fileName: spoolName });
      const spool: Spool = {
        begin: (number$, facts) => begin(number$.pipe(map((id) => ({ id }))), facts),
        factsOf,
        leftovers: readdirSync(directory).flatMap((name) => readSpoolName(name) ?? []),
        pathOf,
        sizeOf: (path) => resultOf(disk, () => lstat(path)).pipe(map(({ size }) => Number(size))),
        // Of hundreds of files that are given up at once, each makes room for the next, which is given up, too. It does
        // not read its bytes in between.
        read: (path, from, size) =>
          afterPoll$.pipe(switchMap(() => resultOf(disk, () => readRange(path, from, size)))),
        renumber: (file, id) =>
          disk.run(function* () {
            yield* rename(pathOf(file), pathOf({ ...file, id }));
            if (directoryToSync !== undefined) yield* fsync(directoryToSync);
          }),
        remove: (path) => disk.run(() => unlink(path)),
      };
      return merge(of(spool), touchRegularly(touch));
    }),
  );

/** Emits what steps return. */
const resultOf = <T>(disk: Disk, steps: () => Steps<T>): Observable<T> =>
  defer(() => {
    const results: T[] = [];
    return concat(
      disk.run(function* () {
        results.push(yield* steps());
      }),
      defer(() => results),
    );
  });
