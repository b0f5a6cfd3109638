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
import { MAX_TIMER_MS } from './maxTimer.js';
import { requireRange } from './requireRange.js';

/** How the rate is measured. */
export interface MinRateOptions {
  /** Milliseconds over which the rate is measured. */
  window?: number;
  /** Whether the source is being held from below (`heldWhile`); that time does not count. */
  held$?: Observable<boolean>;
  /**
   * Whether to leave silence to another operator, such as `idleTimeout`: the rate is then judged only when
   * bytes have arrived since the last look.
   */
  ignoreSilence?: boolean;
  /** How long to look once more before it errors, as for `idleTimeout`. */
  lookAgain$?: Observable<unknown>;
  /** What sets the timers. */
  scheduler?: SchedulerLike;
}

/**
 * Errors if the source has emitted fewer than `rate` bytes per second over its last `window`.
 *
 * It looks ten times a window, and counts its looks rather than reading a clock, so time in which the
 * process was suspended or the source was held does not count. A chunk costs no timer.
 *
 *     source                          --9---9--1---1---1---|
 *     minRate(1_000, { window: 10 })  --9---9--1---1--#
 *     source is read                  ^---------------!
 *
 * Not for sources that may rest between bursts: a window without bytes is too slow, unless `ignoreSilence`.
 *
 * @param rate bytes a second; 0 never errors, and neither does a window longer than a timer can count.
 * @throws TooSlowError
 * @throws RangeError at once, if `rate` is negative or `NaN`, or `window` is less than 1 ms
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
    ignoreSilence = false,
    scheduler = asyncScheduler,
    lookAgain$ = timer(0, scheduler),
  }: MinRateOptions = {},
): MonoTypeOperatorFunction<T> {
  requireRange('rate', rate, 0);
  requireRange('window', window, 1);
  const everyMs = window / LOOKS_PER_WINDOW;
  if (rate === 0 || everyMs > MAX_TIMER_MS) return identity;
  const needed = (rate * window) / 1_000;
  return (source) =>
    defer(() => {
      let bytes = 0;
      const isSlow = ({ first, before }: Look) =>
        bytes - first < needed && !(ignoreSilence && bytes === before);
      const tooSlow$ = interval(everyMs, scheduler).pipe(
        withLatestFrom(held$.pipe(startWith(false))),
        filter(([, held]) => !held),
        map(() => bytes),
        startWith(0),
        bufferCount(LOOKS_PER_WINDOW + 1, 1),
        map(lookOf),
        filter(isSlow),
        exhaustMap((look) => lookAgain$.pipe(take(1), ignoreElements(), endWith(look))),
        tap((look) => {
          if (isSlow(look)) throw new TooSlowError(rate);
        }),
        ignoreElements(),
      );
      return source.pipe(
        tap(({ byteLength }) => {
          bytes += byteLength;
        }),
        takeUntil(tooSlow$),
      );
    });
}

const LOOKS_PER_WINDOW = 10;

/** Bytes that had come by the start of the window, and by the look before the last. */
interface Look {
  readonly first: number;
  readonly before: number;
}

const lookOf = (totals: readonly number[]): Look => ({
  first: totals[0] ?? 0,
  before: totals[LOOKS_PER_WINDOW - 1] ?? 0,
});
