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
import { DirectoryError } from '../../errors.js';
import { requireRange } from '../../operators/requireRange.js';
import type { Numbers } from '../numbers.js';
import type { Origin, Store } from '../store.js';
import type { Usage } from '../usage.js';
import { TOUCH_MS } from './owner/abandoned.js';
import { lock } from './owner/lock.js';
import { type NameFacts, NO_FACTS } from './owner/nameField.js';
import { DEFAULT_NAME, type NameTemplate, nameTemplate } from './owner/nameTemplate.js';
import { own } from './owner/own.js';
import type { Quota, QuotaLimits } from './owner/quota.js';
import { type Path, pathText } from '../../node/pathText.js';
import { absolute } from './path.js';
import { type Disk, disk } from './writer/disk.js';
import { writer } from './writer/writer.js';

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
   * Numbers from elsewhere, which several servers share; instead of 1, 2, 3. If a name is taken, its file stays as it is,
   * and the new one gets another number.
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
export function directoryStore({
  path,
  mode = 0o600,
  fsync = false,
  minFree,
  continue: continueNumbers = false,
  name = DEFAULT_NAME,
  numbers,
  wallClock = Date,
  maxTotal = Infinity,
  maxFiles = Infinity,
}: DirectoryStoreOptions): Observable<Store> {
  return defer(() => {
    const template = nameTemplate(name);
    requireRange('maxTotal', maxTotal, 0);
    requireRange('maxFiles', maxFiles, 0);
    const directory = absolute(path);
    const files = disk();
    // The lock is held until the last file call has ended, so that no other server writes meanwhile.
    const { settle: beforeRelease } = files;
    return lock(directory, { beforeRelease }).pipe(
      switchMap((fd) =>
        asDirectoryError(directory, () =>
          open(directory, files, {
            ...{ mode, directoryToSync: fsync ? fd : undefined, minFree, continueNumbers },
            ...{ template, numbers, wallClock, maxTotal, maxFiles },
          }),
        ),
      ),
    );
  });
}

interface OpenOptions extends QuotaLimits {
  mode: number;
  /** The descriptor of the directory, if files must survive a power cut. */
  directoryToSync: number | undefined;
  minFree: number | undefined;
  continueNumbers: boolean;
  template: NameTemplate;
  numbers: Numbers | undefined;
  wallClock: TimestampProvider;
  maxTotal: number;
  maxFiles: number;
}

/** The owner numbers the files, and the writer writes them. Throws DirectoryError. */
function open(
  directory: Path,
  disk: Disk,
  { directoryToSync, minFree, continueNumbers, wallClock, ...options }: OpenOptions,
): Observable<Store> {
  const { nextNumber, ...owned } = own(directory, {
    ...options,
    directoryToSync,
    continue: continueNumbers,
  });
  const { begin, touch } = writer({
    ...{ directory, disk, mode: options.mode, directoryToSync, minFree },
    ...owned,
  });
  const factsOf = nameFacts(options.template, wallClock);
  const store: Store = {
    begin(origin) {
      const facts = factsOf(origin);
      return begin(nextNumber(facts), facts);
    },
    usage$: owned.quota && usageOf(owned.quota, disk),
  };
  return merge(of(store), interval(TOUCH_MS).pipe(tap(touch), ignoreElements()));
}

/** One look at a quota. It may count files, which a slow disk does in the thread pool. */
const usageOf = (quota: Quota, disk: Disk): Observable<Usage> =>
  concat(
    disk.run(() => quota.refresh()),
    defer(() => of(quota.usage)),
  );

/** What the names of a template may have of a connection. */
const nameFacts = (
  { needsFacts, needsTime }: NameTemplate,
  wallClock: TimestampProvider,
): ((origin: Origin) => NameFacts) =>
  needsFacts
    ? ({ peer, client }) => ({
        peer,
        commonName: client?.name,
        at: needsTime ? wallClock.now() : undefined,
      })
    : () => NO_FACTS;

function asDirectoryError<T>(path: Path, act: () => T): T {
  try {
    return act();
  } catch (cause) {
    throw new DirectoryError(pathText(path), { cause });
  }
}
