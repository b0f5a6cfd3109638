import { constants } from 'node:fs';
import { codeOf } from '../codeOf.js';
import type { Path } from '../../../node/pathText.js';
import {
  close,
  fchmod,
  fdatasync,
  fsync,
  ftruncate,
  open,
  rename,
  unlink,
  write,
} from './fileCalls.js';
import type { Touchable } from './openTemporaries.js';
import type { Place } from './place.js';
import { type Backups, publish } from './publish.js';
import { QuotaShare } from './quotaShare.js';
import { remove } from './remove.js';
import { attempt, type Steps } from './steps.js';

/**
 * The file of a part until it is published: opened at its first byte or at its end, and published under
 * its name, whole or as `ERROR`.
 */
export class TemporaryFile implements Touchable {
  private fd: number | undefined;
  /** It may have bytes, or some of them. */
  private appended: boolean;
  /** There is a file at `path`. */
  private created: boolean;
  /** There is a file under the name, and it is ours. */
  private published: boolean;
  /** All its bytes are written, and synced if they must be. */
  private complete = false;
  /** It holds `ERROR`. */
  private isMarker = false;
  private readonly share: QuotaShare | undefined;

  constructor(
    readonly path: Path,
    private readonly place: Place,
    { isCreated = false, isPublished = false }: LeftFile = {},
  ) {
    this.appended = isCreated;
    this.created = isCreated;
    this.published = isPublished;
    this.share = place.quota && new QuotaShare(place.quota);
  }

  *append(chunk: Uint8Array): Steps<void> {
    this.appended = true;
    if (this.share) yield* this.share.take(chunk.byteLength);
    yield* this.place.room.take(chunk.byteLength);
    yield* write(yield* this.open(), chunk);
  }

  /** Creates the file if no byte was written. */
  *makeReadable(): Steps<void> {
    yield* this.open();
  }

  /** If the name is taken, and no backup may be made, the file stays as it is, and can have another name. */
  *commit(name: string, backups?: Backups): Steps<void> {
    if (!this.complete) {
      const fd = yield* this.open();
      if (this.place.fsync) yield* fdatasync(fd);
      this.complete = true;
    }
    yield* this.publish(name, backups, fsync);
  }

  /**
   * Publishes `ERROR`. If the file exists, that needs no free space: its first bytes are overwritten and
   * the rest is cut off. If `ERROR` cannot be kept, no file stays: neither an empty nor a whole one.
   */
  *fail(name: string, backups?: Backups): Steps<void> {
    this.isMarker = true;
    try {
      const fd = yield* this.open(true);
      yield* write(fd, MARKER, 0);
      if (this.appended) yield* ftruncate(fd, MARKER.byteLength);
      if (this.place.fsync) yield* attempt(fdatasync(fd));
      yield* this.publish(name, backups, (directory) => attempt(fsync(directory)));
    } catch (error) {
      yield* this.discard();
      if (this.published) yield* attempt(this.place.folders.use(name, unlink));
      throw error;
    }
  }

  *discard(): Steps<void> {
    yield* attempt(this.close());
    if (this.created) yield* remove(this.path);
    this.created = false;
    this.place.openTemporaries.delete(this);
    this.share?.release();
  }

  /** Sets the permissions to what they are: the file system then sets the time of change by its own clock. */
  touch(): void {
    const { fd, place } = this;
    if (fd !== undefined)
      place.disk.run(() => fchmod(fd, place.mode)).subscribe({ error: () => undefined });
  }

  private *open(forMarker = false): Steps<number> {
    if (this.fd !== undefined) return this.fd;
    this.fd = yield* this.created ? this.reopen() : this.create(forMarker);
    return this.fd;
  }

  private *create(forMarker: boolean): Steps<number> {
    const { sameDirectory, room, openTemporaries, mode, needsChmod } = this.place;
    yield* sameDirectory.check();
    if (this.share)
      yield* forMarker ? this.share.takeMarker(MARKER.byteLength) : this.share.takeFile();
    yield* forMarker ? room.takeMarker() : room.takeFile();
    const fd = yield* open(this.path, CREATE, mode);
    this.fd = fd;
    this.created = true;
    openTemporaries.add(this);
    if (needsChmod) yield* fchmod(fd, mode);
    return fd;
  }

  /** If its permissions do not let us write (0444), a new file replaces it. */
  private *reopen(): Steps<number> {
    try {
      return yield* open(this.path, REOPEN);
    } catch (error) {
      if (codeOf(error) !== 'EACCES') throw error;
      yield* unlink(this.path);
      this.created = false;
      return yield* this.create(true);
    }
  }

  private *close(): Steps<void> {
    const { fd } = this;
    if (fd === undefined) return;
    this.fd = undefined;
    yield* close(fd);
  }

  /** A file that failed after it was published (its directory could not be synced) is replaced, not backed up. */
  private *publish(
    name: string,
    backups: Backups | undefined,
    syncDirectory: (directory: number) => Steps<void>,
  ): Steps<void> {
    yield* this.close();
    yield* this.place.folders.use(name, (path, directory) =>
      this.publishAt(path, backups, directory === undefined ? undefined : syncDirectory(directory)),
    );
  }

  private *publishAt(
    name: Path,
    backups: Backups = 0n,
    sync: Steps<void> | undefined,
  ): Steps<void> {
    const { path, place } = this;
    yield* this.published ? rename(path, name) : publish(path, name, backups);
    this.created = false;
    this.published = true;
    this.share?.save(this.isMarker ? MARKER.byteLength : undefined);
    place.openTemporaries.delete(this);
    if (sync) yield* sync;
  }
}

/** What another process has left of a file. */
export interface LeftFile {
  /** It has its temporary name. */
  readonly isCreated?: boolean;
  /** It has its own name. */
  readonly isPublished?: boolean;
}

const MARKER = Buffer.from('ERROR');
const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;
/** A new file or an error: an existing file is neither opened, followed nor truncated. */
const CREATE = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW;
const REOPEN = O_WRONLY | O_NOFOLLOW;
