import {
  catchError,
  filter,
  ignoreElements,
  interval,
  lastValueFrom,
  map,
  type Observable,
  repeat,
  take,
  takeLast,
  throwIfEmpty,
  timeout,
  toArray,
} from 'rxjs';
import { afterPoll$ } from '../../src/node/index.js';

/** The first value, once it has come; rejects where none comes. */
export const first = <T>(source$: Observable<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    source$.pipe(take(1), throwIfEmpty()).subscribe({ next: resolve, error: reject });
  });

/** The last value, once the source has ended; rejects if there is none. */
export const last = <T>(source$: Observable<T>): Promise<T> => first(source$.pipe(takeLast(1)));

/** How a source ends: `COMPLETED`, or the error. */
export const ending = (source$: Observable<unknown>): Promise<unknown> =>
  lastValueFrom(
    source$.pipe(
      ignoreElements(),
      catchError((error: unknown) => [error]),
    ),
    { defaultValue: COMPLETED },
  );

export const COMPLETED = 'completed';

/** What is thrown by it; `undefined` where nothing is. */
export function thrownBy(act: () => unknown): unknown {
  try {
    act();
    return undefined;
  } catch (error) {
    return error;
  }
}

/** All the bytes up to the end, copied, because chunks are borrowed. */
export const whole = (bytes$: Observable<Uint8Array>): Promise<Buffer> =>
  first(
    bytes$.pipe(
      map((chunk) => Buffer.from(chunk)),
      toArray(),
      map((chunks) => Buffer.concat(chunks)),
    ),
  );

/** Some turns of the event loop: what can happen by itself has happened then. */
export const turns = (count = 100): Promise<void> =>
  lastValueFrom(afterPoll$.pipe(repeat(count)), { defaultValue: undefined });

/** Resolves once something is so that nothing tells of; rejects where it does not become so. */
export const until = (condition: () => boolean): Promise<number> =>
  first(interval(1).pipe(filter(condition), timeout(10_000)));
