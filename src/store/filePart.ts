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
export const filePart = (options: FilePartOptions): Part => new FilePart(options);

/** A class, because ten thousand silent connections have one each: methods cost them nothing. */
class FilePart implements Part {
  size = 0;
  private readonly fullness$ = new BehaviorSubject(false);
  private fd: number | undefined;
  /** The temporary is there. */
  private created = false;
  /** The name is there, and ours. */
  private published = false;
  private committing = false;
  private settled = false;
  private abandoned = false;

  constructor(private readonly options: FilePartOptions) {}

  get full$(): Observable<boolean> {
    return this.fullness$;
  }

  get id$(): Observable<number> {
    return of(this.options.id);
  }

  write(chunk: Uint8Array): Part {
    const { disk } = this.options;
    if (disk.slow) this.writeLater(Uint8Array.from(chunk));
    else disk.now(this.append(chunk));
    this.size += chunk.byteLength;
    return this;
  }

  commit(): Observable<never> {
    return this.run(() => this.committed());
  }

  fail(): Observable<never> {
    return this.run(() => this.failed());
  }

  release(): void {
    this.abandoned = true;
    if (!this.settled && !this.committing) this.fail().subscribe({ error: NOBODY_WAITS });
  }

  private writeLater(chunk: Uint8Array): void {
    this.fullness$.next(true);
    this.options.disk
      .run(() => this.append(chunk))
      .subscribe({
        complete: () => {
          this.fullness$.next(false);
        },
        error: (error: unknown) => {
          this.fullness$.error(error);
        },
      });
  }

  /** Runs steps after what was taken while the disk was slow is written. */
  private run(steps: () => Steps<void>): Observable<never> {
    const written$ = this.fullness$.pipe(
      filter((full) => !full),
      take(1),
      catchError(() => of(false)),
    );
    return concat(
      written$,
      defer(() => this.options.disk.run(steps)),
    ).pipe(ignoreElements());
  }

  private *append(chunk: Uint8Array): Steps<void> {
    yield* write(yield* this.opened(), chunk);
  }

  private *committed(): Steps<void> {
    const { durableIn } = this.options;
    this.committing = true;
    try {
      const file = yield* this.opened();
      if (durableIn !== undefined) yield* dataSync(file);
      yield* this.named();
      this.settled = true;
    } catch (error) {
      this.committing = false;
      if (this.abandoned) yield* this.failed();
      throw error;
    }
  }

  /**
   * Needs no free space where there is a part already: its first bytes are overwritten and the rest is
   * cut off. A marker that cannot be kept leaves nothing, least of all an empty file.
   */
  private *failed(): Steps<void> {
    const { temporary, durableIn } = this.options;
    this.settled = true;
    try {
      const file = yield* this.opened();
      yield* write(file, MARKER, 0);
      yield* truncate(file, MARKER.byteLength);
      if (durableIn !== undefined) yield* attempt(dataSync(file));
      yield* this.named();
    } catch (error) {
      yield* attempt(this.closed());
      if (this.created) yield* attempt(unlink(temporary));
      throw error;
    }
  }

  private *opened(): Steps<number> {
    const { temporary, mode, masked } = this.options;
    if (this.fd !== undefined) return this.fd;
    this.fd = yield* open(temporary, this.created ? REOPEN : CREATE, mode);
    this.created = true;
    if (masked) yield* setMode(this.fd, mode);
    return this.fd;
  }

  private *closed(): Steps<void> {
    const { fd } = this;
    if (fd === undefined) return;
    this.fd = undefined;
    yield* close(fd);
  }

  /** What failed after it had its name (a directory that cannot be synced) is replaced, not backed up. */
  private *named(): Steps<void> {
    const { temporary, name, backups, durableIn } = this.options;
    yield* this.closed();
    yield* this.published ? rename(temporary, name) : publish(temporary, name, backups);
    this.created = false;
    this.published = true;
    if (durableIn !== undefined) yield* sync(durableIn);
  }
}

const MARKER = Buffer.from('ERROR');
const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;
/** A new file or none: nothing that stands there is opened, followed or truncated. */
export const CREATE = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW;
const REOPEN = O_WRONLY | O_NOFOLLOW;
const NOBODY_WAITS = () => undefined;
