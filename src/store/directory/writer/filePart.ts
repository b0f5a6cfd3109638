import { constants } from 'node:fs';
import {
  BehaviorSubject,
  catchError,
  concat,
  defer,
  first,
  isObservable,
  map,
  type Observable,
  of,
  switchMap,
  take,
  throwError,
  throwIfEmpty,
} from 'rxjs';
import type { Backlog, Contributor } from './backlog.js';
import { codeOf } from '../codeOf.js';
import type { Path } from '../../../node/pathText.js';
import type { Disk } from './disk.js';
import type { Beating, Heart } from './heart.js';
import type { Home } from './home.js';
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
import type { Part } from '../../store.js';

/** What the parts of a store have in common: ten thousand silent connections have a part each. */
export interface Place {
  disk: Disk;
  backlog: Backlog;
  room: Room;
  home: Pick<Home, 'check'>;
  heart: Heart;
  /** Where the bytes of a part go until they are published: in the same directory as its name. */
  temporary(serial: number): Path;
  /** The name of the file with this number, in the directory, and its path. */
  fileName(id: number): string;
  name(id: number): Path;
  /** Permissions of the files, and whether `open` cannot be trusted to give them (the umask takes some). */
  mode: number;
  masked: boolean;
  /** The directory, open, where files are to survive a power cut. */
  durableIn: number | undefined;
}

/** The number of a file, and the highest number of a backup that its name has already. */
export interface Numbered {
  readonly id: number;
  readonly backups?: bigint | undefined;
}

/**
 * A part that is a temporary file, opened at its first byte or at its end.
 *
 * @param serial what the temporary is named by
 * @param numbered the number of the file, or emits it: asked when the part is committed or fails
 */
export const filePart = (
  serial: number,
  numbered: Numbered | Observable<Numbered>,
  place: Place,
): Part => new FilePart(serial, numbered, place);

/** A class, because ten thousand silent connections have one each: methods cost them nothing. */
class FilePart implements Part, Contributor, Beating {
  size = 0;
  private readonly fullness$: BehaviorSubject<boolean>;
  /** A chunk was copied and is being written. */
  private writing = false;
  private fd: number | undefined;
  /** The file may have bytes, or some of them. */
  private appended = false;
  /** The temporary is there. */
  private created = false;
  /** The name is there, and ours. */
  private published = false;
  private committing = false;
  private settled = false;
  private abandoned = false;

  constructor(
    private readonly serial: number,
    private readonly numbered: Numbered | Observable<Numbered>,
    private readonly place: Place,
  ) {
    this.fullness$ = new BehaviorSubject(place.backlog.crowded);
    place.backlog.join(this);
  }

  get full$(): Observable<boolean> {
    return this.fullness$;
  }

  get id(): number | undefined {
    return isObservable(this.numbered) ? undefined : this.numbered.id;
  }

  get id$(): Observable<number> {
    const { numbered } = this;
    return isObservable(numbered) ? numbered.pipe(map(({ id }) => id)) : of(numbered.id);
  }

  fileName(id: number): string {
    return this.place.fileName(id);
  }

  write(chunk: Uint8Array): Part {
    const { disk } = this.place;
    if (disk.slow) this.writeLater(Buffer.from(chunk));
    else disk.now(this.append(chunk));
    this.size += chunk.byteLength;
    return this;
  }

  flush(): Observable<Path> {
    const { disk } = this.place;
    const opened$ = this.fullness$.pipe(
      first(() => !this.writing),
      switchMap(() => disk.run(() => this.readable())),
    );
    return concat(
      opened$,
      defer(() => of(this.temporary)),
    );
  }

  commit(): Observable<never> {
    return this.run(this.numbered, (numbered) => this.committed(numbered));
  }

  fail(): Observable<never> {
    const { numbered } = this;
    return this.run(
      isObservable(numbered)
        ? numbered.pipe(catchError((error: unknown) => this.numberless(error)))
        : numbered,
      (numbered) => this.failed(numbered),
    );
  }

  release(): void {
    this.abandoned = true;
    this.place.backlog.leave(this);
    if (!this.settled && !this.committing) this.fail().subscribe({ error: NOBODY_WAITS });
  }

  /** Sets the permissions to what they are, which moves the time of the last change by the file system's own clock. */
  beat(): void {
    const { fd, place } = this;
    if (fd !== undefined)
      place.disk.run(() => setMode(fd, place.mode)).subscribe({ error: NOBODY_WAITS });
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

  /** Runs steps after what was taken while the disk was slow is written, once the number is known. */
  private run(
    numbered: Numbered | Observable<Numbered>,
    steps: (numbered: Numbered) => Steps<void>,
  ): Observable<never> {
    const { disk } = this.place;
    const written$ = this.fullness$.pipe(
      first(() => !this.writing),
      catchError(() => of(false)),
    );
    return isObservable(numbered)
      ? written$.pipe(
          switchMap(() => numbered.pipe(take(1), throwIfEmpty())),
          switchMap((numbered) => disk.run(() => steps(numbered))),
        )
      : written$.pipe(switchMap(() => disk.run(() => steps(numbered))));
  }

  /** Without a number there is no name for ERROR, and nothing else may stay either. */
  private numberless(error: unknown): Observable<never> {
    return concat(
      this.place.disk.run(() => this.discarded()),
      throwError(() => error),
    );
  }

  private *append(chunk: Uint8Array): Steps<void> {
    this.appended = true;
    yield* this.place.room.take(chunk.byteLength);
    yield* write(yield* this.opened(), chunk);
  }

  private *committed(numbered: Numbered): Steps<void> {
    const { disk, durableIn } = this.place;
    this.committing = true;
    try {
      const file = yield* this.opened();
      if (durableIn !== undefined) yield* dataSync(file);
      yield* this.named(numbered);
      if (durableIn !== undefined) yield* sync(durableIn);
      this.settled = true;
    } catch (error) {
      this.committing = false;
      if (disk.stopped) yield* attempt(this.discarded());
      else if (this.abandoned) yield* this.failed(numbered);
      throw error;
    }
  }

  /**
   * Needs no free space where there is a part already: its first bytes are overwritten and the rest is
   * cut off. A marker that cannot be kept leaves nothing, least of all an empty file, or a whole one.
   */
  private *failed(numbered: Numbered): Steps<void> {
    const { place } = this;
    const { durableIn } = place;
    this.settled = true;
    try {
      const file = yield* this.opened(true);
      yield* write(file, MARKER, 0);
      if (this.appended) yield* truncate(file, MARKER.byteLength);
      if (durableIn !== undefined) yield* attempt(dataSync(file));
      yield* this.named(numbered);
      if (durableIn !== undefined) yield* attempt(sync(durableIn));
    } catch (error) {
      yield* this.discarded();
      if (this.published) yield* attempt(unlink(place.name(numbered.id)));
      throw error;
    }
  }

  private *discarded(): Steps<void> {
    this.settled = true;
    yield* attempt(this.closed());
    if (this.created) yield* attempt(unlink(this.temporary));
    this.created = false;
    this.place.heart.leave(this);
  }

  private get temporary(): Path {
    return this.place.temporary(this.serial);
  }

  /** A file without bytes has no temporary before its end. */
  private *readable(): Steps<void> {
    yield* this.opened();
  }

  private *opened(marked = false): Steps<number> {
    if (this.fd !== undefined) return this.fd;
    this.fd = yield* this.created ? this.reopened() : this.made(marked);
    return this.fd;
  }

  private *made(marked: boolean): Steps<number> {
    const { home, room, heart, mode, masked } = this.place;
    yield* home.check();
    yield* marked ? room.takeMarker() : room.takeFile();
    const fd = yield* open(this.temporary, CREATE, mode);
    this.fd = fd;
    this.created = true;
    heart.join(this);
    if (masked) yield* setMode(fd, mode);
    return fd;
  }

  /** Permissions that let nobody write (0444) are ours, too: then another file takes its place. */
  private *reopened(): Steps<number> {
    try {
      return yield* open(this.temporary, REOPEN);
    } catch (error) {
      if (codeOf(error) !== 'EACCES') throw error;
      yield* unlink(this.temporary);
      this.created = false;
      return yield* this.made(true);
    }
  }

  private *closed(): Steps<void> {
    const { fd } = this;
    if (fd === undefined) return;
    this.fd = undefined;
    yield* close(fd);
  }

  /** What failed after it had its name (a directory that cannot be synced) is replaced, not backed up. */
  private *named({ id, backups = 0n }: Numbered): Steps<void> {
    const { temporary, place } = this;
    const name = place.name(id);
    yield* this.closed();
    yield* this.published ? rename(temporary, name) : publish(temporary, name, backups);
    this.created = false;
    this.published = true;
    place.heart.leave(this);
  }
}

const MARKER = Buffer.from('ERROR');
const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;
/** A new file or none: nothing that stands there is opened, followed or truncated. */
export const CREATE = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW;
const REOPEN = O_WRONLY | O_NOFOLLOW;
const NOBODY_WAITS = () => undefined;
