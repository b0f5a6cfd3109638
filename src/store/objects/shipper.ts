import {
  catchError,
  concat,
  defer,
  EMPTY,
  endWith,
  ignoreElements,
  map,
  type Observable,
  switchMap,
  throwError,
  timeout,
} from 'rxjs';
import { asStoreError } from '../../asStoreError.js';
import { StoreError } from '../../errors.js';
import type { Path } from '../../node/pathText.js';
import { limitConcurrency } from '../../operators/limitConcurrency.js';
import { codeOf } from '../directory/codeOf.js';
import type { NameFacts } from '../directory/owner/nameField.js';
import type { Numbers } from '../numbers.js';
import { type Engine, EngineFailure, isKind } from './engine.js';
import type { Health } from './health.js';
import { retryUnavailable } from './retryUnavailable.js';
import { saveObject } from './saveObject.js';
import type { Spool } from './spool.js';
import type { SpooledFile } from './spoolName.js';

export interface ShipperOptions {
  readonly engine: Engine;
  /** Whether a single request can be told not to overwrite an object. */
  readonly canForbid: boolean;
  readonly spool: Pick<Spool, 'pathOf' | 'read' | 'remove' | 'sizeOf'>;
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
  private readonly limited = limitConcurrency(CONCURRENT_PARTS);

  constructor(private readonly options: ShipperOptions) {}

  /**
   * Ships a file while its sender waits. Emits its number, which is another one if an object had its name. Gives up if
   * the engine refuses, or takes nothing of the file for 8 s.
   *
   * @throws StoreError
   */
  ship(shipment: Shipment): Observable<number> {
    const { health } = this.options;
    const isTransient = (error: unknown) => isKind(error, 'unavailable');
    const giveUp = () =>
      throwError(() => health.error ?? new EngineFailure('unavailable', 'the engine is too slow'));
    return this.save(shipment, isTransient, { each: PATIENCE_MS, with: giveUp }).pipe(
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
    return spool.sizeOf(path).pipe(
      switchMap((size) => this.save({ ...file, path, size }, isTransient)),
      ignoreElements(),
      (shipped$) =>
        concat(
          shipped$,
          defer(() => spool.remove(path)),
        ),
      catchError((error: unknown) => {
        // It cannot be read now, so it stays for the next start, unless somebody has removed it.
        if (!isMissing(error)) health.report(asStoreError(error));
        return EMPTY;
      }),
    );
  }

  private save(
    shipment: Shipment,
    isTransient: (error: unknown) => boolean,
    patience?: { each: number; with: () => Observable<never> },
    attempt = 1,
  ): Observable<number> {
    const { engine, canForbid, spool, numbers, nameOf, health, random } = this.options;
    const { id, facts, token, path, size } = shipment;
    const file = {
      ...{ name: nameOf(id, facts), token, size },
      read: (from: number, size: number) => spool.read(path, from, size),
    };
    const saved$ = saveObject(file, {
      ...{ engine, canForbid },
      retried: () => retryUnavailable({ isTransient, report: health.report, random }),
      limited: () => this.limited(),
    }).pipe(
      // An upload that another server took for abandoned begins again.
      retryUnavailable({
        isTransient: (error) => isKind(error, 'missing'),
        report: IGNORED,
        random,
      }),
      patience ? timeout(patience) : map((value) => value),
      ignoreElements(),
      endWith(id),
    );
    return saved$.pipe(
      catchError((error: unknown) => {
        if (!isKind(error, 'taken')) throw error;
        return numbers
          .next(`${token}.${attempt}`)
          .pipe(
            switchMap((id) => this.save({ ...shipment, id }, isTransient, patience, attempt + 1)),
          );
      }),
    );
  }
}

const isMissing = (error: unknown): boolean =>
  error instanceof StoreError && codeOf(error.cause) === 'ENOENT';

const IGNORED = () => undefined;

/** Parts of 8 MiB that are in memory, of all files together. */
const CONCURRENT_PARTS = 16;
/** A client waits 10 s for its FIN. */
const PATIENCE_MS = 8_000;
