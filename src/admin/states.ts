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
 * The newest state twice a second, for all who watch, and the last one at the end. Nothing is looked at while nobody
 * watches.
 *
 *     over$       ------- 1s ----o
 *     one         ^-------- 600ms !
 *     another            ^----------
 *     states      s---(500ms)s---s|
 *
 * A reader that is full does not watch: it leaves, and comes back to the newest state (`writeTo`). So what it misses
 * waits nowhere.
 */
export const states = <T>(
  look: () => T,
  over$: Observable<unknown>,
  scheduler: SchedulerLike = asyncScheduler,
): Observable<T> =>
  concat(timer(0, LOOK_MS, scheduler).pipe(takeUntil(over$)), of(undefined)).pipe(
    map(look),
    share({ connector: () => new ReplaySubject(1), resetOnComplete: false }),
  );

const LOOK_MS = 500;
