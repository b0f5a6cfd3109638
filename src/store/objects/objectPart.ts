import {
  catchError,
  concat,
  defer,
  EMPTY,
  finalize,
  ignoreElements,
  isObservable,
  type Observable,
  of,
  type Subscription,
  switchMap,
  takeUntil,
  tap,
  throwError,
  timer,
} from 'rxjs';
import { asStoreError } from '../../asStoreError.js';
import type { Path } from '../../node/pathText.js';
import type { NameFacts } from '../directory/owner/nameField.js';
import type { FilePart } from '../directory/writer/filePart.js';
import { inTime } from '../ids/inTime.js';
import { requestNumber } from '../ids/requestNumber.js';
import type { Numbers } from '../numbers.js';
import type { Part } from '../store.js';
import type { Outbox } from './outbox.js';
import type { Shipper } from './shipper.js';
import type { Spool } from './spool.js';
import type { SpooledFile } from './spoolName.js';

/** What all parts of a store share. */
export interface Depot {
  readonly spool: Pick<Spool, 'begin'>;
  readonly numbers: Numbers;
  readonly nameOf: (id: number, facts: NameFacts) => string;
  readonly shipper: Pick<Shipper, 'ship'>;
  readonly outbox: Pick<Outbox, 'add' | 'addAndWait'>;
  /** When a file is confirmed: once it is an object, or once it is safe in the spool. */
  readonly confirmAt: 'engine' | 'spool';
}

/** A part that becomes an object. Its bytes are received in the spool. */
export class ObjectPart implements Part {
  private readonly part: FilePart;
  private number: number | Observable<number>;
  private readonly asking: Subscription;
  private settled = false;

  constructor(
    private readonly depot: Depot,
    private readonly facts: NameFacts,
    private readonly token: string,
  ) {
    const number$ = requestNumber(depot.numbers, token).pipe(
      catchError((cause: unknown) => {
        throw asStoreError(cause);
      }),
    );
    this.number = number$;
    // Asked for at once, because numbers follow the order of arrival.
    this.asking = number$.subscribe({
      next: (id) => {
        this.number = id;
      },
      error: IGNORED,
    });
    this.part = depot.spool.begin(this.numberInTime(), { ...facts, token });
  }

  get id$(): Observable<number> {
    return isObservable(this.number) ? this.number : of(this.number);
  }

  get id(): number | undefined {
    return isObservable(this.number) ? undefined : this.number;
  }

  get full$(): Observable<boolean> {
    return this.part.full$;
  }

  get size(): number {
    return this.part.size;
  }

  fileName(id: number): string {
    return this.depot.nameOf(id, this.facts);
  }

  write(chunk: Uint8Array): Part {
    this.part.write(chunk);
    return this;
  }

  flush(): Observable<Path> {
    return this.part.flush();
  }

  commit(): Observable<never> {
    return this.depot.confirmAt === 'spool' ? this.spoolFile() : this.shipFile();
  }

  /** `ERROR` waits in the spool, too. If it is an object soon, that is awaited; its sender may wait for the RST. */
  fail(): Observable<never> {
    return defer(() => {
      this.settled = true;
      return concat(
        this.part.fail(),
        defer(() =>
          this.id$.pipe(switchMap((id) => this.depot.outbox.addAndWait(this.file(id)))),
        ).pipe(takeUntil(timer(MARKER_MS))),
      );
    });
  }

  release(): void {
    this.asking.unsubscribe();
    if (this.settled) this.part.release();
    else
      this.fail()
        .pipe(
          finalize(() => {
            this.part.release();
          }),
        )
        .subscribe({ error: IGNORED });
  }

  private shipFile(): Observable<never> {
    return concat(
      this.part.flush().pipe(
        switchMap((path) =>
          this.numberInTime().pipe(
            switchMap((id) =>
              this.depot.shipper.ship({ ...this.file(id), path, size: this.part.size }),
            ),
          ),
        ),
        tap((id) => {
          this.number = id;
        }),
        ignoreElements(),
      ),
      defer(() => {
        this.settled = true;
        return this.part.discard();
      }),
    );
  }

  private spoolFile(): Observable<never> {
    return concat(
      defer(() => {
        // What is being published stays published, as in a directory.
        this.settled = true;
        return this.part.commit();
      }),
      defer(() => this.id$).pipe(
        switchMap((id) => {
          this.depot.outbox.add(this.file(id));
          return EMPTY;
        }),
      ),
    );
  }

  /** The number. If it is too late, it stays so: nobody waits for it again. */
  private numberInTime(): Observable<number> {
    return defer(() => {
      if (!isObservable(this.number)) return of(this.number);
      return this.number.pipe(
        inTime(this.depot.numbers),
        catchError((error: unknown) => {
          this.asking.unsubscribe();
          this.number = throwError(() => error);
          return this.number;
        }),
      );
    });
  }

  private file(id: number): SpooledFile {
    const { facts, token } = this;
    return { id, facts: { ...facts, token }, token };
  }
}

const IGNORED = () => undefined;

/** How long a failed transfer waits for its `ERROR` to be an object. A stop has 600 ms. */
const MARKER_MS = 400;
