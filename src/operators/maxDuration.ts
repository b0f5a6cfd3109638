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
import { LONGEST_TIMER } from './longestTimer.js';

export interface MaxDurationOptions {
  scheduler?: SchedulerLike;
}

/**
 * Errors when the source has not ended `due` milliseconds after the subscription.
 *
 *     source          --a--b--c--d--e--|
 *     maxDuration(9)  --a--b--c#
 *     source is read  ^--------!
 *
 * @param due milliseconds; `Infinity`, or more than a timer can count, never errors.
 * @throws TooLongError
 * @example bytes$.pipe(maxDuration(3_600_000))
 */
export function maxDuration<T>(
  due: number,
  { scheduler = asyncScheduler }: MaxDurationOptions = {},
): MonoTypeOperatorFunction<T> {
  if (due > LONGEST_TIMER) return identity;
  const over$ = timer(due, scheduler).pipe(
    map(() => {
      throw new TooLongError(due);
    }),
  );
  return takeUntil(over$);
}
