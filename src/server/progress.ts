import {
  asyncScheduler,
  connect,
  distinctUntilChanged,
  identity,
  interval,
  map,
  merge,
  type MonoTypeOperatorFunction,
  type SchedulerLike,
  skip,
  startWith,
  switchMap,
  takeUntil,
} from 'rxjs';
import { MAX_TIMER_MS } from '../operators/maxTimer.js';
import type { ServerFact } from './events.js';
import { reportProgress, type Transfer } from './report.js';

/**
 * Reports at intervals how many bytes a transfer has received, if there are more, until it ends.
 *
 *     size           0-1-2-2-3---
 *     transfer$      ---------(r|)
 *     withProgress   --p-p---p(r|)
 */
export const withProgress = (
  transfer: Transfer,
  everyMs: number,
  scheduler: SchedulerLike = asyncScheduler,
): MonoTypeOperatorFunction<ServerFact> => {
  if (everyMs > MAX_TIMER_MS) return identity;
  return connect((end$) => {
    const progress$ = interval(everyMs, scheduler).pipe(
      map(() => transfer.part.size),
      startWith(0),
      distinctUntilChanged(),
      skip(1),
      switchMap(() => reportProgress(transfer)),
    );
    return merge(progress$.pipe(takeUntil(end$)), end$);
  });
};
