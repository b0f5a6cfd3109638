import {
  asyncScheduler,
  defer,
  type Observable,
  ReplaySubject,
  type SchedulerLike,
  share,
  take,
  throwIfEmpty,
  timer,
} from 'rxjs';
import { StoreError } from '../../errors.js';
import type { Numbers } from '../numbers.js';

/**
 * The number of one file: asked for at the first subscription, and kept for all later ones. A request that nobody has
 * waited for during a second is given up.
 *
 *     first     ^-!
 *     second    -^--------------------
 *     next      ^----7|
 *     second    -----7|
 */
export const requestNumber = (
  numbers: Numbers,
  messageId: string,
  scheduler: SchedulerLike = asyncScheduler,
): Observable<number> =>
  defer(() => numbers.next(messageId)).pipe(
    take(1),
    throwIfEmpty(() => new StoreError()),
    share({
      connector: () => new ReplaySubject(1),
      resetOnComplete: false,
      resetOnError: false,
      resetOnRefCountZero: () => timer(UNUSED_MS, scheduler),
    }),
  );

/** A transfer looks for its number several times; between two looks, the request goes on. */
const UNUSED_MS = 1_000;
