import {
  asyncScheduler,
  catchError,
  connect,
  distinctUntilChanged,
  EMPTY,
  exhaustMap,
  identity,
  map,
  type MonoTypeOperatorFunction,
  type SchedulerLike,
  switchMap,
  take,
  timer,
} from 'rxjs';
import { alongside } from '../operators/alongside.js';
import { MAX_TIMER_MS } from '../operators/maxTimer.js';
import type { Store } from '../store/store.js';
import type { Usage } from '../store/usage.js';
import type { ServerFact } from './events.js';

/**
 * Reports how much a store has of what it limits, and what waits for its engine: after the first event, and then
 * whenever that has changed.
 *
 *     events     l-o-----r--|
 *     usage      1-1-1-2-2-2
 *     withUsage  (lu)o-u-r--|
 *
 * A store that has neither is not looked at. If a look fails, the next one counts.
 */
export const withUsage = (
  { usage$ }: Store,
  everyMs = Infinity,
  scheduler: SchedulerLike = asyncScheduler,
): MonoTypeOperatorFunction<ServerFact> => {
  if (!usage$ || everyMs > MAX_TIMER_MS) return identity;
  return connect((event$) => {
    const used$ = event$.pipe(
      take(1),
      switchMap(() => timer(0, everyMs, scheduler)),
      exhaustMap(() => usage$.pipe(catchError(() => EMPTY))),
      distinctUntilChanged(isSame),
      map((usage): ServerFact => ({ type: 'usage', ...usage })),
    );
    return event$.pipe(alongside(used$));
  });
};

const isSame = (before: Usage, now: Usage): boolean =>
  before.files === now.files && before.bytes === now.bytes && before.waiting === now.waiting;
