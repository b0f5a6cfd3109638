import {
  BehaviorSubject,
  catchError,
  concat,
  defer,
  EMPTY,
  first,
  ignoreElements,
  isObservable,
  type Observable,
  of,
  switchMap,
  throwError,
} from 'rxjs';
import type { Path } from '../../../node/pathText.js';
import type { Part } from '../../store.js';
import { type NameFacts, NO_FACTS } from '../owner/nameField.js';
import type { BacklogMember } from './backlog.js';
import { LateNumber } from './lateNumber.js';
import type { FileNumber, Place } from './place.js';
import { type Backups, NameTakenError } from './publish.js';
import { attempt, type Steps } from './steps.js';
import { TemporaryFile } from './temporaryFile.js';

/**
 * A part that is a temporary file, opened at its first byte or at its end.
 *
 * @param serial names the temporary file
 * @param facts what its name may have of the connection
 * @param number the number of the file; an Observable is subscribed when the part is committed or fails
 */
export const filePart = (
  serial: number,
  number: FileNumber | Observable<FileNumber>,
  place: Place,
  facts: NameFacts = NO_FACTS,
): FilePart =>
  new TemporaryFilePart(
    serial,
    isObservable(number) ? new LateNumber(number, place.inTime) : number,
    place,
    facts,
  );

/** A part that can be withdrawn. */
export interface FilePart extends Part {
  flush(): Observable<Path>;
  /** Removes the temporary file, then completes: there is neither a file nor `ERROR`. */
  discard(): Observable<never>;
}

/** A class, because ten thousand silent connections have one each: methods take no memory per part. */
class TemporaryFilePart implements FilePart, BacklogMember {
  size = 0;
  private readonly fullness$: BehaviorSubject<boolean>;
  /** A chunk was copied and is being written. */
  private writing = false;
  private committing = false;
  private settled = false;
  private released = false;
  private temporary: TemporaryFile | undefined;

  constructor(
    private readonly serial: number,
    private readonly number: FileNumber | LateNumber,
    private readonly place: Place,
    private readonly facts: NameFacts,
  ) {
    this.fullness$ = new BehaviorSubject(place.backlog.full);
    place.backlog.join(this);
  }

  get full$(): Observable<boolean> {
    return this.fullness$;
  }

  get id(): number | undefined {
    return this.number instanceof LateNumber ? undefined : this.number.id;
  }

  get id$(): Observable<number> {
    return this.number instanceof LateNumber ? this.number.id$ : of(this.number.id);
  }

  fileName(id: number): string {
    return this.place.fileName(id, this.facts);
  }

  write(chunk: Uint8Array): Part {
    const { disk } = this.place;
    if (disk.slow) this.writeLater(Buffer.from(chunk));
    else disk.runSync(this.file.append(chunk));
    this.size += chunk.byteLength;
    return this;
  }

  flush(): Observable<Path> {
    const { disk } = this.place;
    const opened$ = this.fullness$.pipe(
      first(() => !this.writing),
      switchMap(() => disk.run(() => this.file.makeReadable())),
    );
    return concat(
      opened$,
      defer(() => of(this.file.path)),
    );
  }

  commit(): Observable<never> {
    return this.settle(
      (number) => this.commitFile(number),
      (error) => throwError(() => error),
    );
  }

  fail(): Observable<never> {
    return this.settle(
      (number) => this.failFile(number),
      (error) => this.discardAndThrow(error),
    );
  }

  discard(): Observable<never> {
    return this.place.disk.run(() => this.discardFile());
  }

  release(): void {
    this.released = true;
    this.place.backlog.leave(this);
    if (!this.settled && !this.committing) this.fail().subscribe({ error: () => undefined });
  }

  updateFull(): void {
    this.fullness$.next(this.writing || this.place.backlog.full);
  }

  /** Created when it is needed: a silent connection has none. */
  private get file(): TemporaryFile {
    this.temporary ??= new TemporaryFile(this.place.temporary(this.serial), this.place);
    return this.temporary;
  }

  private writeLater(chunk: Uint8Array): void {
    const { disk, backlog } = this.place;
    const setWriting = (writing: boolean) => {
      this.writing = writing;
      backlog.grow(writing ? chunk.byteLength : -chunk.byteLength);
    };
    setWriting(true);
    this.updateFull();
    disk
      .run(() => this.file.append(chunk))
      .subscribe({
        complete: () => {
          setWriting(false);
          this.updateFull();
        },
        error: (error: unknown) => {
          setWriting(false);
          this.fullness$.error(error);
        },
      });
  }

  /** Runs steps once the copied chunk is written and the number is known. */
  private settle(
    steps: (number: FileNumber) => Steps<void>,
    withoutNumber: (error: unknown) => Observable<never>,
  ): Observable<never> {
    const { number, place } = this;
    const run = (number: FileNumber) => place.disk.run(() => steps(number));
    return defer(() => {
      const settled$ = number instanceof LateNumber ? number.use(run, withoutNumber) : run(number);
      // Of a file that was written at once, which most are, there is nothing to wait for.
      return this.writing ? concat(this.written(), settled$) : settled$;
    });
  }

  /** Completes once no copied chunk waits to be written. */
  private written(): Observable<never> {
    return this.fullness$.pipe(
      first(() => !this.writing),
      ignoreElements(),
      catchError(() => EMPTY),
    );
  }

  /** Without a number, `ERROR` has no name, and the temporary file must not stay. */
  private discardAndThrow(error: unknown): Observable<never> {
    return concat(
      this.discard(),
      throwError(() => error),
    );
  }

  private *commitFile(number: FileNumber): Steps<void> {
    this.committing = true;
    try {
      yield* this.file.commit(this.fileName(number.id), backupsOf(number));
      this.settled = true;
    } catch (error) {
      this.committing = false;
      if (this.place.disk.stopped) yield* attempt(this.discardFile());
      else if (this.released)
        yield* error instanceof NameTakenError ? this.discardFile() : this.failFile(number);
      throw error;
    }
  }

  private *failFile(number: FileNumber): Steps<void> {
    this.settled = true;
    yield* this.file.fail(this.fileName(number.id), backupsOf(number));
  }

  private *discardFile(): Steps<void> {
    this.settled = true;
    yield* this.file.discard();
  }
}

/** A number that can be replaced by another one makes no backups. */
const backupsOf = ({ backups, other$ }: FileNumber): Backups | undefined =>
  other$ === undefined ? backups : 'none';
