import {
  asyncScheduler,
  concat,
  defer,
  ignoreElements,
  type MonoTypeOperatorFunction,
  type Observable,
  of,
  retry,
  type SchedulerLike,
  timer,
} from 'rxjs';
import { errorData } from '../errorData.js';
import type { ClientFact } from './events.js';

export interface RetryOptions {
  /** The number of attempts after the first. */
  count: number;
  /** Returns a number from 0 to below 1. */
  random?: () => number;
  scheduler?: SchedulerLike;
}

/**
 * Repeats an attempt that failed for a reason that may pass, and reports that as `retrying`.
 *
 * The delay is exponential with full jitter: a random part of 1 s, 2 s, 4 s … up to 30 s. So many clients of a
 * server that was down do not return to it at the same time.
 *
 *     attempt$   --c--#              c = connected
 *     random                         returns 0.5
 *     result     --c--r 500ms --c--|
 *
 * @throws the error of the last attempt, and each error that is not transient
 */
export const retryWithBackOff =
  (
    isTransient: (error: unknown) => boolean,
    { count, random = Math.random, scheduler = asyncScheduler }: RetryOptions,
  ): MonoTypeOperatorFunction<ClientFact> =>
  (attempt$) =>
    defer(() => {
      let again$: Observable<ClientFact> = attempt$;
      return defer(() => again$).pipe(
        retry({
          count,
          delay(error: unknown, attempt) {
            if (!isTransient(error)) throw error;
            const delay = Math.floor(random() * maxDelayMs(attempt));
            const retrying = { type: 'retrying', attempt, delay, error: errorData(error) } as const;
            again$ = concat(of(retrying), timer(delay, scheduler).pipe(ignoreElements()), attempt$);
            return of(attempt);
          },
        }),
      );
    });

const maxDelayMs = (attempt: number): number =>
  Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** (attempt - 1));

const FIRST_DELAY_MS = 1_000;
const MAX_DELAY_MS = 30_000;
