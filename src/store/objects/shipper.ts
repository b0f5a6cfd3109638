import {
  catchError,
  concat,
  defer,
  EMPTY,
  ignoreElements,
  type Observable,
  of,
  switchMap,
  take,
  throwError,
  timeout,
} from 'rxjs';
import { asStoreError } from '../../asStoreError.js';
import { StoreError } from '../../errors.js';
import type { Path } from '../../node/pathText.js';
import { limitConcurrency } from '../../operators/limitConcurrency.js';
import { codeOf } from '../directory/codeOf.js';
import type { NameFacts } from '../directory/owner/nameField.js';
import { inTime } from '../ids/inTime.js';
import type { Numbers } from '../numbers.js';
import { type Engine, EngineFailure, isKind } from './engine.js';
import type { Health } from './health.js';
import { retryUnavailable } from './retryUnavailable.js';
import { bytesInMemory, saveObject } from './saveObject.js';
import type { Spool } from './spool.js';
import type { SpooledFile } from './spoolName.js';

export interface ShipperOptions {
  readonly engine: Engine;
  /** Whether a single request can be told not to overwrite an object. */
  readonly canForbid: boolean;
  readonly spool: Pick<Spool, 'pathOf' | 'read' | 'remove' | 'renumber' | 'sizeOf'>;
  readonly numbers: Numbers;
  /** The name of an object. */
  readonly nameOf: (id: number, facts: NameFacts) => string;
  readonly health: Pick<Health, 'error' | 'report'>;
  /** From 0 to 1: spreads the repeated requests. */
  readonly random?: (() => number) | undefined;
}

/** A file on the local disk, to be shipped. */
export interface Shipment extends SpooledFile {
  readonly path: Path;
  readonly size: number;
}

/** Ships files from the local disk to the engine. */
export class Shipper {
  private readonly limited = limitConcurrency(BODIES_BYTES);

  constructor(private readonly options: ShipperOptions) {}

  /**
   * Ships a file while its sender waits, and completes once it is an object. Emits its number, and then another one if
   * an object has its name. Gives up if the engine refuses, or takes nothing of the file for 8 s.
   *
   * @throws StoreError
   */
  ship(shipment: Shipment): Observable<number> {
    const { health, numbers } = this.options;
    const isTransient = (error: unknown) => isKind(error, 'unavailable');
    const giveUp = () =>
      throwError(() => health.error ?? new EngineFailure('unavailable', 'the engine is too slow'));
    const shipped$ = this.save(shipment, isTransient).pipe(
      timeout({ each: PATIENCE_MS, with: giveUp }),
      ignoreElements(),
    );
    return concat(of(shipment.id), shipped$).pipe(
      catchError((error: unknown) => {
        if (!isKind(error, 'taken')) throw error;
        return this.another(shipment).pipe(
          inTime(numbers),
          switchMap((id) => this.ship({ ...shipment, id })),
        );
      }),
      catchError((cause: unknown) => {
        throw asStoreError(cause);
      }),
    );
  }

  /** Ships a file that waits in the spool, however long that takes, and removes it there. */
  forward(file: SpooledFile): Observable<never> {
    const { spool, health } = this.options;
    const path = spool.pathOf(file);
    const isTransient = (error: unknown) => isKind(error, 'unavailable', 'refused');
    const shipped$ = spool.sizeOf(path).pipe(
      switchMap((size) => this.save({ ...file, path, size }, isTransient)),
      ignoreElements(),
    );
    return concat(
      shipped$,
      defer(() => spool.remove(path)),
    ).pipe(
      catchError((error: unknown) => {
        if (!isKind(error, 'taken')) throw error;
        return this.another(file).pipe(switchMap((id) => this.forwardAs(id, file)));
      }),
      catchError((error: unknown) => {
        // It cannot be read now, so it stays for the next start, unless somebody has removed it.
        if (!isMissing(error)) health.report(asStoreError(error));
        return EMPTY;
      }),
    );
  }

  /** The spool remembers the number, so that a file whose object is there does not get a third one after a restart. */
  private forwardAs(id: number, file: SpooledFile): Observable<never> {
    return concat(
      this.options.spool.renumber(file, id),
      defer(() => this.forward({ ...file, id })),
    );
  }

  /** Another number for a file whose name is taken. A repeated request is the same one. */
  private another({ token, id }: SpooledFile): Observable<number> {
    return this.options.numbers.next(`${token}.${id}`).pipe(take(1));
  }

  /** Emits after each part. */
  private save(
    { id, facts, token, path, size }: Shipment,
    isTransient: (error: unknown) => boolean,
  ): Observable<unknown> {
    const { engine, canForbid, spool, nameOf, health, random } = this.options;
    const file = {
      ...{ name: nameOf(id, facts), token, size },
      read: (from: number, size: number) => spool.read(path, from, size),
    };
    return saveObject(file, {
      ...{ engine, canForbid },
      retried: () => retryUnavailable({ isTransient, report: health.report, random }),
    }).pipe(
      // An upload that another server took for abandoned begins again.
      retryUnavailable({
        isTransient: (error) => isKind(error, 'missing'),
        report: IGNORED,
        random,
      }),
      // A file that has begun goes before all that wait: if each had one of its requests, an engine that is slow would
      // get no file done in time.
      this.limited(undefined, Math.max(bytesInMemory(size), MIN_BYTES)),
    );
  }
}

const isMissing = (error: unknown): boolean =>
  error instanceof StoreError && codeOf(error.cause) === 'ENOENT';

const IGNORED = () => undefined;

const MiB = 2 ** 20;
/** What is in memory, of all files together. */
const BODIES_BYTES = 128 * MiB;
/** What a file counts at least, so that there are not thousands at a time. */
const MIN_BYTES = 2 * MiB;
/** A client waits 10 s for its FIN. */
const PATIENCE_MS = 8_000;
