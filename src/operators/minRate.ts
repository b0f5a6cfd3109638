import {
  asyncScheduler,
  bufferCount,
  defer,
  endWith,
  exhaustMap,
  filter,
  identity,
  ignoreElements,
  interval,
  map,
  type MonoTypeOperatorFunction,
  NEVER,
  type Observable,
  type SchedulerLike,
  startWith,
  take,
  takeUntil,
  tap,
  timer,
  withLatestFrom,
} from 'rxjs';
import { TooSlowError } from '../errors.js';

/** How the rate is measured. */
export interface MinRateOptions {
  /** Milliseconds over which the rate is measured. */
  window?: number;
  /** Whether the source is being held from below (`heldWhile`); what time that takes does not count. */
  held$?: Observable<boolean>;
  /** How long to look once more before the source is accused, as for `idleTimeout`. */
  lookAgain$?: Observable<unknown>;
  /** What counts the time. */
  scheduler?: SchedulerLike;
}

/**
 * Errors when the source has brought fewer than `rate` bytes a second over its last `window`.
 *
 * It looks ten times a window, and counts its looks rather than reading a clock, so time in which the
 * process was suspended or the source was held does not count.
 *
 *     source                          --9---9--1---1---1---|
 *     minRate(1_000, { window: 10 })  --9---9--1---1--#
 *     source is read                  ^---------------!
 *
 * Not for sources that may rest between bursts: a window without bytes is too slow.
 *
 * @param rate bytes a second; 0 never errors.
 * @throws TooSlowError
 * @example
 * ```ts
 * import { interval, map } from 'rxjs';
 * import { minRate } from 'rxdrop/operators';
 *
 * interval(50)
 *   .pipe(
 *     map(() => Uint8Array.of(0)),
 *     minRate(1_000, { window: 100 }),
 *   )
 *   .subscribe({ error: (error: unknown) => console.log(String(error)) });
 * // → TooSlowError: fewer than 1000 bytes a second
 * ```
 * @see {@link idleTimeout}, which a byte now and then satisfies
 * @see {@link heldWhile}, whose `full$` is the `held$` of this
 * @category Time
 */
export function minRate<T extends { readonly byteLength: number }>(
  rate: number,
  {
    window = 10_000,
    held$ = NEVER,
    scheduler = asyncScheduler,
    lookAgain$ = timer(0, scheduler),
  }: MinRateOptions = {},
): MonoTypeOperatorFunction<T> {
  if (rate === 0) return identity;
  const least = (rate * window) / 1_000;
  return (source) =>
    defer(() => {
      let bytes = 0;
      const slow$ = interval(window / LOOKS, scheduler).pipe(
        withLatestFrom(held$.pipe(startWith(false))),
        filter(([, held]) => !held),
        map(() => bytes),
        startWith(0),
        bufferCount(LOOKS + 1, 1),
        map(([before = 0]) => before),
        filter((before) => bytes - before < least),
        exhaustMap((before) => lookAgain$.pipe(take(1), ignoreElements(), endWith(before))),
        tap((before) => {
          if (bytes - before < least) throw new TooSlowError(rate);
        }),
        ignoreElements(),
      );
      return source.pipe(
        tap(({ byteLength }) => {
          bytes += byteLength;
        }),
        takeUntil(slow$),
      );
    });
}

/** In a window. */
const LOOKS = 10;
