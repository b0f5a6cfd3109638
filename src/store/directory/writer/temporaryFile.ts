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
import type { FileNumber, Place } from './place.js';
import { publish } from './publish.js';
import { attempt, type Steps } from './steps.js';

/**
 * The file of a part until it is published: opened at its first byte or at its end, and published under
 * its number, whole or as `ERROR`.
 */
export class TemporaryFile implements Touchable {
  private fd: number | undefined;
  /** It may have bytes, or some of them. */
  private appended = false;
  /** There is a file at `path`. */
  private created = false;
  /** There is a file under the number, and it is ours. */
  private published = false;

  constructor(
    readonly path: Path,
    private readonly place: Place,
  ) {}

  *append(chunk: Uint8Array): Steps<void> {
    this.appended = true;
    yield* this.place.room.take(chunk.byteLength);
    yield* write(yield* this.open(), chunk);
  }

  /** Creates the file if no byte was written. */
  *makeReadable(): Steps<void> {
    yield* this.open();
  }

  *commit(number: FileNumber): Steps<void> {
    const { directoryToSync } = this.place;
    const fd = yield* this.open();
    if (directoryToSync !== undefined) yield* fdatasync(fd);
    yield* this.publish(number);
    if (directoryToSync !== undefined) yield* fsync(directoryToSync);
  }

  /**
   * Publishes `ERROR`. If the file exists, that needs no free space: its first bytes are overwritten and
   * the rest is cut off. If `ERROR` cannot be kept, no file stays: neither an empty nor a whole one.
   */
  *fail(number: FileNumber): Steps<void> {
    const { place } = this;
    const { directoryToSync } = place;
    try {
      const fd = yield* this.open(true);
      yield* write(fd, MARKER, 0);
      if (this.appended) yield* ftruncate(fd, MARKER.byteLength);
      if (directoryToSync !== undefined) yield* attempt(fdatasync(fd));
      yield* this.publish(number);
      if (directoryToSync !== undefined) yield* attempt(fsync(directoryToSync));
    } catch (error) {
      yield* this.discard();
      if (this.published) yield* attempt(unlink(place.name(number.id)));
      throw error;
    }
  }

  *discard(): Steps<void> {
    yield* attempt(this.close());
    if (this.created) yield* attempt(unlink(this.path));
    this.created = false;
    this.place.openTemporaries.delete(this);
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
  private *publish({ id, backups = 0n }: FileNumber): Steps<void> {
    const { path, place } = this;
    const name = place.name(id);
    yield* this.close();
    yield* this.published ? rename(path, name) : publish(path, name, backups);
    this.created = false;
    this.published = true;
    place.openTemporaries.delete(this);
  }
}

const MARKER = Buffer.from('ERROR');
const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;
/** A new file or an error: an existing file is neither opened, followed nor truncated. */
const CREATE = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW;
const REOPEN = O_WRONLY | O_NOFOLLOW;
