import {
  concat,
  defer,
  ignoreElements,
  interval,
  merge,
  type Observable,
  of,
  switchMap,
  tap,
  type TimestampProvider,
} from 'rxjs';
import type { Numbers } from '../numbers.js';
import type { Store } from '../store.js';
import type { Usage } from '../usage.js';
import { openDirectory } from './openDirectory.js';
import { TOUCH_MS } from './owner/abandoned.js';
import type { Quota, QuotaLimits } from './owner/quota.js';
import type { Disk } from './writer/disk.js';

/** The directory, and how files are saved in it. */
export interface DirectoryStoreOptions extends QuotaLimits {
  /** The directory, which must exist. A Buffer is a path that is not UTF-8. */
  path: string | Buffer;
  /** Permissions of the files, independent of the umask; 0o600 by default. */
  mode?: number | undefined;
  /** Sync each file and its name to the disk, so that a file that is confirmed survives a power cut. */
  fsync?: boolean | undefined;
  /** Bytes of the disk that files leave free; 64 MiB by default, or 5 % of a small disk. 0: none. */
  minFree?: number | undefined;
  /** Continue after the highest existing number, instead of starting at 1. */
  continue?: boolean | undefined;
  /**
   * The name of each file below the directory, `{id}.file` by default. Fields: `{id}` (required; `{id:6}` has at
   * least six digits), `{date}` and `{time}` (in UTC, when the connection arrived), `{peer}` (its address), `{cn}`
   * (the common name of its certificate, or `unknown`). `/` makes directories.
   */
  name?: string | undefined;
  /**
   * Numbers from elsewhere, which several servers share; instead of 1, 2, 3. If a name is taken, its file stays as it
   * is, and the new one gets another number.
   */
  numbers?: Numbers | undefined;
  /** The clock of `{date}` and `{time}`, in milliseconds since 1970. */
  wallClock?: TimestampProvider | undefined;
}

/**
 * A store that saves the file of the first connection as `1.file`, of the second as `2.file`, and so on.
 *
 * While a file is received, its bytes are in a hidden temporary file in the same directory. The temporary files of
 * a killed run are removed at the next start. If a name is taken, the old file becomes a numbered backup. The
 * directory is locked while the store is subscribed.
 *
 *     directoryStore({ path })  S-----------
 *     locked                    ^----------!
 *
 * Not for a directory in which another program creates files with such names. `serve({ port, dir })` uses this
 * store, and also makes the directory.
 *
 * @throws DirectoryError if files cannot be saved there
 * @throws DirectoryInUseError if another server uses the directory
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
 * @category Stores
 */
export function directoryStore(options: DirectoryStoreOptions): Observable<Store> {
  return openDirectory(options).pipe(
    switchMap(({ owned, writer, writerOptions: { disk }, factsOf }) => {
      const { nextNumber, quota } = owned;
      const { begin, touch } = writer;
      const store: Store = {
        begin(origin) {
          const facts = factsOf(origin);
          return begin(nextNumber(facts), facts);
        },
        usage$: quota && usageOf(quota, disk),
      };
      return merge(of(store), touchRegularly(touch));
    }),
  );
}

/** Touches the temporary files that are open, so that no server takes them for those of a killed run. */
export const touchRegularly = (touch: () => void): Observable<never> =>
  interval(TOUCH_MS).pipe(tap(touch), ignoreElements());

/** One look at a quota. It may count files, which a slow disk does in the thread pool. */
export const usageOf = (quota: Quota, disk: Disk): Observable<Usage> =>
  concat(
    disk.run(() => quota.refresh()),
    defer(() => of(quota.usage)),
  );
