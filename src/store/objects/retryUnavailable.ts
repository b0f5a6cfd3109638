import {
  asyncScheduler,
  type MonoTypeOperatorFunction,
  retry,
  type SchedulerLike,
  tap,
  throwError,
  timer,
} from 'rxjs';

export interface RetryOptions {
  /** Whether another attempt may succeed. */
  readonly isTransient: (error: unknown) => boolean;
  /** Is called with the error of each attempt, and without one if an attempt succeeds. */
  readonly report: (error?: Error) => void;
  readonly scheduler?: SchedulerLike | undefined;
  /** From 0 to 1. */
  readonly random?: (() => number) | undefined;
}

/**
 * Repeats a request while the engine is unavailable, at growing intervals of at most 5 s. How long that makes sense is
 * for the code that subscribes.
 *
 *     request   ---#
 *                   100 ms ---#
 *                              200 ms ---a|
 *     result    --------------------------a|
 */
export const retryUnavailable = <T>({
  isTransient,
  report,
  scheduler = asyncScheduler,
  random = Math.random,
}: RetryOptions): MonoTypeOperatorFunction<T> => {
  // Not all at the same time, because they fail at the same time.
  const waitMs = (attempt: number) =>
    Math.min(FIRST_WAIT_MS * 2 ** (attempt - 1), MAX_WAIT_MS) * (0.5 + random() / 2);
  return (source) =>
    source.pipe(
      tap({
        next: () => {
          report();
        },
        error: report,
      }),
      retry({
        delay: (error: unknown, attempt) =>
          isTransient(error) ? timer(waitMs(attempt), scheduler) : throwError(() => error),
      }),
    );
};

const FIRST_WAIT_MS = 200;
const MAX_WAIT_MS = 5_000;
