import { constants } from 'node:fs';
import {
  BehaviorSubject,
  catchError,
  concat,
  defer,
  filter,
  ignoreElements,
  type Observable,
  of,
  take,
} from 'rxjs';
import type { Disk } from './disk.js';
import { publish } from './publish.js';
import {
  attempt,
  close,
  dataSync,
  open,
  rename,
  setMode,
  type Steps,
  sync,
  truncate,
  unlink,
  write,
} from './steps.js';
import type { Part } from './store.js';

export interface FilePartOptions {
  id: number;
  disk: Disk;
  /** Where the bytes go until they are published: in the same directory as `name`. */
  temporary: string;
  name: string;
  /** Permissions of the file, and whether `open` cannot be trusted to give them (the umask takes some). */
  mode: number;
  masked: boolean;
  /** The highest number of a backup that `name` has already. */
  backups: number;
  /** The directory, open, where files are to survive a power cut. */
  durableIn: number | undefined;
}

/** A part that is a temporary file, opened at its first byte or at its end. */
export function filePart({
  id,
  disk,
  temporary,
  name,
  mode,
  masked,
  backups,
  durableIn,
}: FilePartOptions): Part {
  const full$ = new BehaviorSubject(false);
  let size = 0;
  let fd: number | undefined;
  let created = false;
  let published = false;
  let committing = false;
  let settled = false;
  let abandoned = false;

  function* opened(): Steps<number> {
    if (fd !== undefined) return fd;
    fd = yield* open(temporary, created ? REOPEN : CREATE, mode);
    created = true;
    if (masked) yield* setMode(fd, mode);
    return fd;
  }

  function* append(chunk: Uint8Array): Steps<void> {
    yield* write(yield* opened(), chunk);
  }

  function* closed(): Steps<void> {
    if (fd === undefined) return;
    const open = fd;
    fd = undefined;
    yield* close(open);
  }

  /** What failed after it had its name (a directory that cannot be synced) is replaced, not backed up. */
  function* named(): Steps<void> {
    yield* closed();
    yield* published ? rename(temporary, name) : publish(temporary, name, backups);
    created = false;
    published = true;
    if (durableIn !== undefined) yield* sync(durableIn);
  }

  function* committed(): Steps<void> {
    committing = true;
    try {
      const file = yield* opened();
      if (durableIn !== undefined) yield* dataSync(file);
      yield* named();
      settled = true;
    } catch (error) {
      committing = false;
      if (abandoned) yield* failed();
      throw error;
    }
  }

  /**
   * Needs no free space where there is a part already: its first bytes are overwritten and the rest is
   * cut off. A marker that cannot be kept leaves nothing, least of all an empty file.
   */
  function* failed(): Steps<void> {
    settled = true;
    try {
      const file = yield* opened();
      yield* write(file, MARKER, 0);
      yield* truncate(file, MARKER.byteLength);
      if (durableIn !== undefined) yield* attempt(dataSync(file));
      yield* named();
    } catch (error) {
      yield* attempt(closed());
      if (created) yield* attempt(unlink(temporary));
      throw error;
    }
  }

  /** What a part took while the disk was slow is written first. */
  const written$ = full$.pipe(
    filter((full) => !full),
    take(1),
    catchError(() => of(false)),
  );
  const run = (steps: () => Steps<void>): Observable<never> =>
    concat(
      written$,
      defer(() => disk.run(steps)),
    ).pipe(ignoreElements());

  const writeLater = (chunk: Uint8Array) => {
    full$.next(true);
    disk
      .run(() => append(chunk))
      .subscribe({
        complete: () => {
          full$.next(false);
        },
        error: (error: unknown) => {
          full$.error(error);
        },
      });
  };

  return {
    id$: of(id),
    full$,
    get size() {
      return size;
    },
    write(chunk) {
      if (disk.slow) writeLater(Uint8Array.from(chunk));
      else disk.now(append(chunk));
      size += chunk.byteLength;
      return this;
    },
    commit: () => run(committed),
    fail: () => run(failed),
    release() {
      abandoned = true;
      if (!settled && !committing) run(failed).subscribe({ error: NOBODY_WAITS });
    },
  };
}

const MARKER = Buffer.from('ERROR');
const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;
/** A new file or none: nothing that stands there is opened, followed or truncated. */
export const CREATE = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW;
const REOPEN = O_WRONLY | O_NOFOLLOW;
const NOBODY_WAITS = () => undefined;
