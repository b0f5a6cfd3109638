import {
  asyncScheduler,
  type MonoTypeOperatorFunction,
  type SchedulerLike,
  throwError,
  timeout,
} from 'rxjs';
import { StoreError } from '../../errors.js';
import type { Numbers } from '../numbers.js';

/**
 * Waits 8 s for a number, then errors with the engine's problem. The clock starts when a file is complete: a client
 * waits 10 s for its confirmation, and shall see an RST before.
 *
 *     source    --- 8 s ---
 *     inTime    -----------#
 */
export const inTime = <T>(
  numbers: Pick<Numbers, 'problem'>,
  scheduler: SchedulerLike = asyncScheduler,
): MonoTypeOperatorFunction<T> =>
  timeout({
    first: DUE_MS,
    scheduler,
    with: () => throwError(() => new StoreError({ cause: noNumber(numbers.problem) })),
  });

const DUE_MS = 8_000;

const noNumber = (problem: unknown): Error => {
  const why = problem instanceof Error ? `: ${problem.message}` : '';
  return new Error(`it has got no number within ${DUE_MS / 1_000} s${why}`, { cause: problem });
};
