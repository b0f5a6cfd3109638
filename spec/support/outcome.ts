import {
  catchError,
  ignoreElements,
  lastValueFrom,
  map,
  type Observable,
  repeat,
  take,
  takeLast,
  throwIfEmpty,
  toArray,
} from 'rxjs';
import { afterPoll$ } from '../../src/node/index.js';

export { until } from './until.js';

/** Resolves with the first value; rejects if the source ends without one. */
export const first = <T>(source$: Observable<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    source$.pipe(take(1), throwIfEmpty()).subscribe({ next: resolve, error: reject });
  });

/** Resolves with the last value once the source has completed; rejects if there is none. */
export const last = <T>(source$: Observable<T>): Promise<T> => first(source$.pipe(takeLast(1)));

/** Resolves with how a source ends: `COMPLETED`, or its error. */
export const ending = (source$: Observable<unknown>): Promise<unknown> =>
  lastValueFrom(
    source$.pipe(
      ignoreElements(),
      catchError((error: unknown) => [error]),
    ),
    { defaultValue: COMPLETED },
  );

export const COMPLETED = 'completed';

/** Returns what a function throws; `undefined` if it throws nothing. */
export function thrownBy(act: () => unknown): unknown {
  try {
    act();
    return undefined;
  } catch (error) {
    return error;
  }
}

/** Resolves with all bytes of a source. It copies them, because chunks are borrowed. */
export const whole = (bytes$: Observable<Uint8Array>): Promise<Buffer> =>
  first(
    bytes$.pipe(
      map((chunk) => Buffer.from(chunk)),
      toArray(),
      map((chunks) => Buffer.concat(chunks)),
    ),
  );

/** Resolves after some iterations of the event loop, in which everything that is ready happens. */
export const afterPolls = (count = 100): Promise<void> =>
  lastValueFrom(afterPoll$.pipe(repeat(count)), { defaultValue: undefined });
