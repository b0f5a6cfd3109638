import { closeSync, openSync } from 'node:fs';
import {
  defer,
  ignoreElements,
  interval,
  merge,
  type Observable,
  of,
  Subscription,
  switchMap,
  tap,
  using,
} from 'rxjs';
import { DirectoryError } from '../../errors.js';
import type { Store } from '../store.js';
import { TOUCH_MS } from './owner/abandoned.js';
import { lock } from './owner/lock.js';
import { own } from './owner/own.js';
import { type Path, pathText } from '../../node/pathText.js';
import { absolute } from './path.js';
import { type Disk, disk } from './writer/disk.js';
import { writer } from './writer/writer.js';

/** Where the files go, and how they are kept. */
export interface DirectoryStoreOptions {
  /** The directory of the files; it has to exist. A Buffer names a path that is not UTF-8. */
  path: string | Buffer;
  /** Permissions of the files, whatever the umask. */
  mode?: number | undefined;
  /** Publish a file only after it, and its name, would survive a power cut. */
  fsync?: boolean | undefined;
  /** Bytes of the disk that no file takes; 64 MiB without it, or 5 % of a small disk. 0: none. */
  minFree?: number | undefined;
  /** Count on from the highest number there is, instead of from 1. */
  continue?: boolean | undefined;
}

/**
 * A store that keeps the file of the first connection as `1.file`, of the second as `2.file`, and so on.
 *
 * Meanwhile the bytes stand in a hidden temporary beside it; those of a run that was killed are cleared
 * at the start. What had a name before becomes a numbered backup. Locked while it is subscribed.
 *
 *     directoryStore({ path })  S-----------
 *     locked                    ^----------!
 *
 * Not for a directory in which something else makes files of such names. Where this is the store,
 * `serve({ port, dir })` is enough, and makes the directory too.
 *
 * @throws DirectoryError when files cannot be kept there
 * @throws DirectoryInUseError when another server has it
 * @example
 * ```ts
 * import { serve } from 'rxdrop';
 * import { directoryStore } from 'rxdrop/node';
 * import { take } from 'rxjs';
 *
 * serve({ port: 0, store: directoryStore({ path: '.', fsync: true }) })
 *   .pipe(take(1))
 *   .subscribe(({ type }) => console.log(type));
 * // → listening
 * ```
 * @category Sinks
 */
export function directoryStore({
  path,
  mode = 0o600,
  fsync = false,
  minFree,
  continue: goesOn = false,
}: DirectoryStoreOptions): Observable<Store> {
  return defer(() => {
    const directory = absolute(path);
    const files = disk();
    // The lock outlives the last call under way: nobody else writes there meanwhile.
    const { settle: whenSettled } = files;
    return asDirectoryError(directory, () => lock(directory, { whenSettled })).pipe(
      switchMap(() => opened(directory, files, { mode, fsync, minFree, goesOn })),
    );
  });
}

interface Opening {
  mode: number;
  fsync: boolean;
  minFree: number | undefined;
  goesOn: boolean;
}

/** The owner numbers the files, and the writer makes them. */
const opened = (
  directory: Path,
  disk: Disk,
  { mode, fsync, minFree, goesOn }: Opening,
): Observable<Store> =>
  using(
    () => asDirectoryError(directory, () => new Durable(fsync ? directory : undefined, disk)),
    (durable) => {
      const { directoryToSync } = durable as Durable;
      return asDirectoryError(directory, () => {
        const { next, ...owned } = own(directory, { mode, directoryToSync, continue: goesOn });
        const { begin, touch } = writer({
          directory,
          disk,
          mode,
          directoryToSync,
          minFree,
          ...owned,
        });
        const store: Store = { begin: () => begin(next()) };
        return merge(of(store), interval(TOUCH_MS).pipe(tap(touch), ignoreElements()));
      });
    },
  );

/** The directory, open to be synced until the last call is made. */
class Durable extends Subscription {
  readonly directoryToSync: number | undefined;

  constructor(directory: Path | undefined, disk: Disk) {
    const fd = directory === undefined ? undefined : openSync(directory, 'r');
    super(() => {
      if (fd === undefined) return;
      disk.settle(() => {
        closeSync(fd);
      });
    });
    this.directoryToSync = fd;
  }
}

function asDirectoryError<T>(path: Path, act: () => T): T {
  try {
    return act();
  } catch (cause) {
    throw new DirectoryError(pathText(path), { cause });
  }
}
