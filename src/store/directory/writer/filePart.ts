import {
  BehaviorSubject,
  catchError,
  concat,
  defer,
  EMPTY,
  first,
  identity,
  ignoreElements,
  isObservable,
  map,
  type MonoTypeOperatorFunction,
  type Observable,
  of,
  switchMap,
  take,
  throwError,
  throwIfEmpty,
} from 'rxjs';
import { StoreError } from '../../../errors.js';
import type { Path } from '../../../node/pathText.js';
import type { Part } from '../../store.js';
import { type NameFacts, NO_FACTS } from '../owner/nameField.js';
import type { BacklogMember } from './backlog.js';
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
): FilePart => new TemporaryFilePart(serial, number, place, facts);

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
    private number: FileNumber | Observable<FileNumber>,
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
    return isObservable(this.number) ? undefined : this.number.id;
  }

  get id$(): Observable<number> {
    const { number } = this;
    return isObservable(number) ? number.pipe(map(({ id }) => id)) : of(number.id);
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
    return this.settle((number) => this.commitFile(number));
  }

  fail(): Observable<never> {
    return this.settle(
      (number) => this.failFile(number),
      (error) => this.discardAndThrow(error),
    );
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
    withoutNumber?: (error: unknown) => Observable<never>,
  ): Observable<never> {
    const { disk } = this.place;
    const run = (number: FileNumber) => disk.run(() => steps(number));
    return defer(() => {
      const { number } = this;
      if (isObservable(number))
        return concat(
          this.written(),
          this.inTime(number).pipe(
            withoutNumber ? catchError(withoutNumber) : identity,
            switchMap((number) =>
              run(number).pipe(this.underAnother(number, () => this.settle(steps, withoutNumber))),
            ),
          ),
        );
      // Of a file that was written at once, which most are, there is nothing to wait for.
      return this.writing ? concat(this.written(), run(number)) : run(number);
    });
  }

  /** The number, once. If it is too late, it stays so: nobody waits for it again. */
  private inTime(number$: Observable<FileNumber>): Observable<FileNumber> {
    return number$.pipe(
      take(1),
      throwIfEmpty(),
      this.place.inTime ?? identity,
      catchError((error: unknown) => {
        this.number = throwError(() => error);
        return this.number;
      }),
    );
  }

  /** Takes another number if the name is taken, and there is another. */
  private underAnother(
    { other$ }: FileNumber,
    again: () => Observable<never>,
  ): MonoTypeOperatorFunction<never> {
    if (other$ === undefined) return identity;
    return catchError((error: unknown) => {
      if (!isNameTaken(error)) throw error;
      this.number = other$;
      return again();
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

  discard(): Observable<never> {
    return this.place.disk.run(() => this.discardFile());
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

/** The disk makes a StoreError of every error. */
const isNameTaken = (error: unknown): boolean =>
  error instanceof StoreError && error.cause instanceof NameTakenError;

/** A number that can be replaced by another one makes no backups. */
const backupsOf = ({ backups, other$ }: FileNumber): Backups | undefined =>
  other$ === undefined ? backups : 'none';
