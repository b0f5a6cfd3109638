import {
  asyncScheduler,
  identity,
  map,
  type MonoTypeOperatorFunction,
  type SchedulerLike,
  takeUntil,
  timer,
} from 'rxjs';
import { TooLongError } from '../errors.js';
import { MAX_TIMER_MS } from './maxTimer.js';
import { requireRange } from './requireRange.js';

/** How time is measured. */
export interface MaxDurationOptions {
  /** What sets the timer. */
  scheduler?: SchedulerLike;
}

/**
 * Errors if the source has not ended `due` milliseconds after the subscription.
 *
 *     source          --a--b--c--d--e--|
 *     maxDuration(9)  --a--b--c#
 *     source is read  ^--------!
 *
 * Not for a source that may continue as long as values arrive: that is `idleTimeout`. Not for ending it
 * quietly either: RxJS's `takeUntil(timer(due))` completes.
 *
 * @param due milliseconds; `Infinity`, or more than a timer can count, never errors.
 * @throws TooLongError
 * @throws RangeError at once, if `due` is negative or `NaN`
 * @example
 * ```ts
 * import { interval } from 'rxjs';
 * import { maxDuration } from 'rxdrop/operators';
 *
 * interval(30)
 *   .pipe(maxDuration(100))
 *   .subscribe({ error: (error: unknown) => console.log(String(error)) });
 * // → TooLongError: not done within 100 ms
 * ```
 * @see {@link idleTimeout}, whose time every value starts anew
 * @category Time
 */
export function maxDuration<T>(
  due: number,
  { scheduler = asyncScheduler }: MaxDurationOptions = {},
): MonoTypeOperatorFunction<T> {
  requireRange('due', due, 0);
  if (due > MAX_TIMER_MS) return identity;
  const over$ = timer(due, scheduler).pipe(
    map(() => {
      throw new TooLongError(due);
    }),
  );
  return takeUntil(over$);
}
