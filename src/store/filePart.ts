import { constants } from 'node:fs';
import { BehaviorSubject, catchError, first, type Observable, of, switchMap } from 'rxjs';
import type { Backlog, Contributor } from './backlog.js';
import type { Disk } from './disk.js';
import { publish } from './publish.js';
import type { Room } from './room.js';
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

/** What the parts of a store have in common: ten thousand silent connections have a part each. */
export interface Place {
  disk: Disk;
  backlog: Backlog;
  room: Room;
  /** Where the bytes of a part go until they are published: in the same directory as its name. */
  temporary(id: number): string;
  name(id: number): string;
  /** Permissions of the files, and whether `open` cannot be trusted to give them (the umask takes some). */
  mode: number;
  masked: boolean;
  /** The directory, open, where files are to survive a power cut. */
  durableIn: number | undefined;
}

/** A part that is a temporary file, opened at its first byte or at its end. */
export const filePart = (id: number, place: Place, backups = 0): Part =>
  new FilePart(id, place, backups);

/** A class, because ten thousand silent connections have one each: methods cost them nothing. */
class FilePart implements Part, Contributor {
  size = 0;
  private readonly fullness$: BehaviorSubject<boolean>;
  /** A chunk was copied and is being written. */
  private writing = false;
  private fd: number | undefined;
  /** The temporary is there. */
  private created = false;
  /** The name is there, and ours. */
  private published = false;
  private committing = false;
  private settled = false;
  private abandoned = false;

  constructor(
    private readonly id: number,
    private readonly place: Place,
    /** The highest number of a backup that the name has already. */
    private readonly backups: number,
  ) {
    this.fullness$ = new BehaviorSubject(place.backlog.crowded);
    place.backlog.join(this);
  }

  get full$(): Observable<boolean> {
    return this.fullness$;
  }

  get id$(): Observable<number> {
    return of(this.id);
  }

  write(chunk: Uint8Array): Part {
    const { disk } = this.place;
    if (disk.slow) this.writeLater(Buffer.from(chunk));
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
    this.place.backlog.leave(this);
    if (!this.settled && !this.committing) this.fail().subscribe({ error: NOBODY_WAITS });
  }

  hold(): void {
    this.fullness$.next(this.writing || this.place.backlog.crowded);
  }

  private writeLater(chunk: Uint8Array): void {
    const { disk, backlog } = this.place;
    const turn = (writing: boolean) => {
      this.writing = writing;
      backlog.grow(writing ? chunk.byteLength : -chunk.byteLength);
    };
    turn(true);
    this.hold();
    disk
      .run(() => this.append(chunk))
      .subscribe({
        complete: () => {
          turn(false);
          this.hold();
        },
        error: (error: unknown) => {
          turn(false);
          this.fullness$.error(error);
        },
      });
  }

  /** Runs steps after what was taken while the disk was slow is written. */
  private run(steps: () => Steps<void>): Observable<never> {
    return this.fullness$.pipe(
      first(() => !this.writing),
      catchError(() => of(false)),
      switchMap(() => this.place.disk.run(steps)),
    );
  }

  private *append(chunk: Uint8Array): Steps<void> {
    yield* this.place.room.take(chunk.byteLength);
    yield* write(yield* this.opened(), chunk);
  }

  private *committed(): Steps<void> {
    const { durableIn } = this.place;
    this.committing = true;
    try {
      const file = yield* this.opened();
      if (durableIn !== undefined) yield* dataSync(file);
      yield* this.named();
      if (durableIn !== undefined) yield* sync(durableIn);
      this.settled = true;
    } catch (error) {
      this.committing = false;
      if (this.abandoned) yield* this.failed();
      throw error;
    }
  }

  /**
   * Needs no free space where there is a part already: its first bytes are overwritten and the rest is
   * cut off. A marker that cannot be kept leaves nothing, least of all an empty file, or a whole one.
   */
  private *failed(): Steps<void> {
    const { place } = this;
    const { durableIn } = place;
    this.settled = true;
    try {
      const file = yield* this.opened();
      yield* write(file, MARKER, 0);
      yield* truncate(file, MARKER.byteLength);
      if (durableIn !== undefined) yield* attempt(dataSync(file));
      yield* this.named();
      if (durableIn !== undefined) yield* attempt(sync(durableIn));
    } catch (error) {
      yield* attempt(this.closed());
      if (this.created) yield* attempt(unlink(this.temporary));
      if (this.published) yield* attempt(unlink(place.name(this.id)));
      throw error;
    }
  }

  private get temporary(): string {
    return this.place.temporary(this.id);
  }

  private *opened(): Steps<number> {
    const { mode, masked } = this.place;
    if (this.fd !== undefined) return this.fd;
    this.fd = yield* open(this.temporary, this.created ? REOPEN : CREATE, mode);
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
    const { temporary, place } = this;
    const name = place.name(this.id);
    yield* this.closed();
    yield* this.published ? rename(temporary, name) : publish(temporary, name, this.backups);
    this.created = false;
    this.published = true;
  }
}

const MARKER = Buffer.from('ERROR');
const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;
/** A new file or none: nothing that stands there is opened, followed or truncated. */
export const CREATE = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW;
const REOPEN = O_WRONLY | O_NOFOLLOW;
const NOBODY_WAITS = () => undefined;
