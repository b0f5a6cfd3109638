import {
  asyncScheduler,
  concat,
  map,
  type Observable,
  of,
  ReplaySubject,
  type SchedulerLike,
  share,
  takeUntil,
  timer,
} from 'rxjs';

/**
 * Emits the newest state twice per second, the same one to all subscribers, and the last state at the end. Without a
 * subscriber, no state is computed.
 *
 *     over$         ------- 1s ----o
 *     one           ^-------- 600ms !
 *     another              ^----------
 *     sampleState   s---(500ms)s---s|
 *
 * A reader that is full unsubscribes, and gets the newest state when it returns (`writeTo`). So no state waits for it.
 *
 * @param look returns the state
 * @param over$ emits once no more states follow
 */
export const sampleState = <T>(
  look: () => T,
  over$: Observable<unknown>,
  scheduler: SchedulerLike = asyncScheduler,
): Observable<T> =>
  concat(timer(0, LOOK_MS, scheduler).pipe(takeUntil(over$)), of(undefined)).pipe(
    map(look),
    share({ connector: () => new ReplaySubject(1), resetOnComplete: false }),
  );

const LOOK_MS = 500;
