import { availableParallelism } from 'node:os';
import { concat, defer, ignoreElements, type Observable, switchMap, take, throwError } from 'rxjs';
import { StoreError } from '../errors.js';
import type { ReceivedFile } from '../node/fileCommand.js';
import type { Path } from '../node/pathText.js';
import { limitConcurrency } from '../operators/limitConcurrency.js';
import type { Origin, Part, Store, Whole } from './store.js';

/** Completes if a file may be published, and errors if not. */
export type Check = (file: ReceivedFile) => Observable<unknown>;

/** How many checks run at once, and how they end. */
export interface CheckedOptions {
  /** The number of concurrent checks; by default, the number of processors. Further files wait. */
  concurrency?: number;
  /** When it errors, files that wait for their check fail with its error. Running checks are not affected. */
  abort$?: Observable<never>;
}

/**
 * Wraps a store so that each file is checked before it is published. A file that does not pass becomes `ERROR`, and
 * its sender gets an RST.
 *
 *     part    a  b  commit           a  b  commit
 *     check         ---|                   ---#
 *     file             (ab)                   (ERROR)
 *
 * During the check, the bytes are in the temporary file of the part. A part without `flush` has no such file, so it
 * fails with a StoreError.
 *
 * Not for changing files: a check only reads.
 *
 * @param store the store of the files that pass
 * @param check a function that is called when all bytes have arrived, with the path at which it can read them
 * @example
 * ```ts
 * import { serve } from 'rxdrop';
 * import { checkCommand, checked, directoryStore } from 'rxdrop/node';
 * import { map, take } from 'rxjs';
 *
 * const check = checkCommand('clamdscan --fdpass --no-summary "$RXDROP_FILE"');
 * const store$ = directoryStore({ path: '.' }).pipe(map((store) => checked(store, check)));
 * serve({ port: 0, store: store$ })
 *   .pipe(take(1))
 *   .subscribe(({ type }) => console.log(type));
 * // → listening
 * ```
 * @see `checkCommand` for a check by a command
 * @category Stores
 */
export function checked(
  store: Store,
  check: Check,
  { concurrency = availableParallelism(), abort$ }: CheckedOptions = {},
): Store {
  const limited = limitConcurrency(concurrency);
  const verdict = (part: Part, { peer, client }: Origin, whole: Whole): Observable<never> =>
    flush(part).pipe(
      take(1),
      switchMap((file) =>
        defer(() => check({ file, bytes: part.size, peer, id: part.id, client, ...whole })).pipe(
          limited(abort$),
        ),
      ),
      ignoreElements(),
    );
  return {
    begin: (origin) =>
      new CheckedPart(store.begin(origin), (part, whole) => verdict(part, origin, whole)),
    usage$: store.usage$,
    engine$: store.engine$,
  };
}

/** A part whose commit comes after a verdict. A class, because a foreign part may not be copied. */
class CheckedPart implements Part {
  constructor(
    private readonly part: Part,
    private readonly verdict: (part: Part, whole: Whole) => Observable<never>,
  ) {}

  get id$(): Observable<number> {
    return this.part.id$;
  }

  get id(): number | undefined {
    return this.part.id;
  }

  get full$(): Observable<boolean> {
    return this.part.full$;
  }

  get size(): number {
    return this.part.size;
  }

  fileName(id: number): string {
    return this.part.fileName(id);
  }

  write(chunk: Uint8Array): Part {
    this.part.write(chunk);
    return this;
  }

  flush(): Observable<Path> {
    return flush(this.part);
  }

  commit(whole: Whole = {}): Observable<never> {
    const { part } = this;
    return concat(
      defer(() => this.verdict(part, whole)),
      defer(() => part.commit(whole)),
    );
  }

  fail(): Observable<never> {
    return this.part.fail();
  }

  release(): void {
    this.part.release();
  }
}

const flush = (part: Part): Observable<Path> => part.flush?.() ?? throwError(() => unreadable());

const unreadable = (): StoreError =>
  new StoreError({
    cause: new Error('the store has no file that could be checked before it is published'),
  });
