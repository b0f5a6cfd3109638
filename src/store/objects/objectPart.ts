import {
  catchError,
  concat,
  defer,
  EMPTY,
  finalize,
  ignoreElements,
  type Observable,
  of,
  shareReplay,
  switchMap,
  take,
  takeUntil,
  tap,
  throwIfEmpty,
  timer,
} from 'rxjs';
import { asStoreError } from '../../asStoreError.js';
import { StoreError } from '../../errors.js';
import type { Path } from '../../node/pathText.js';
import type { NameFacts } from '../directory/owner/nameField.js';
import type { FilePart } from '../directory/writer/filePart.js';
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
  /** Asked for at once, because numbers follow the order of arrival. */
  private readonly number$: Observable<number>;
  private number: number | undefined;
  private settled = false;

  constructor(
    private readonly depot: Depot,
    private readonly facts: NameFacts,
    private readonly token: string,
  ) {
    this.number$ = depot.numbers.next(token).pipe(
      take(1),
      throwIfEmpty(() => new StoreError()),
      catchError((cause: unknown) => {
        throw asStoreError(cause);
      }),
      tap((id) => {
        this.number = id;
      }),
      shareReplay({ bufferSize: 1, refCount: false }),
    );
    this.part = depot.spool.begin(this.number$, { ...facts, token });
    this.number$.subscribe({ error: IGNORED });
  }

  get id$(): Observable<number> {
    return this.number === undefined ? this.number$ : of(this.number);
  }

  get id(): number | undefined {
    return this.number;
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
          this.number$.pipe(switchMap((id) => this.depot.outbox.addAndWait(this.file(id)))),
        ).pipe(takeUntil(timer(MARKER_MS))),
      );
    });
  }

  release(): void {
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
          this.number$.pipe(
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
      this.number$.pipe(
        switchMap((id) => {
          this.depot.outbox.add(this.file(id));
          return EMPTY;
        }),
      ),
    );
  }

  private file(id: number): SpooledFile {
    const { facts, token } = this;
    return { id, facts: { ...facts, token }, token };
  }
}

const IGNORED = () => undefined;

/** How long a failed transfer waits for its `ERROR` to be an object. A stop has 600 ms. */
const MARKER_MS = 400;
