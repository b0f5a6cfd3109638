import {
  asyncScheduler,
  defer,
  endWith,
  interval,
  merge,
  mergeMap,
  type Observable,
  type SchedulerLike,
  takeWhile,
} from 'rxjs';
import { MAX_TIMER_MS } from '../operators/maxTimer.js';
import type { ServerFact } from './events.js';
import { reportProgress, type Transfer } from './report.js';

/** The bytes that have been reported of each transfer in flight. */
export type ReportedBytes = Map<Transfer, number>;

/**
 * Adds the progress of all transfers: at intervals, how many bytes each has received, if there are more. One timer is
 * for all of them, because a timer for each costs a sixth of a small file.
 *
 *     size           0-1-2-2-3---
 *     receive()      ---------(r|)
 *     withProgress   --p-p---p(r|)
 *
 * @param everyMs no progress is reported without it
 * @param receive enters each of its transfers in what it is passed, and deletes it when it ends
 */
export const withProgress = (
  everyMs: number | undefined,
  receive: (reportedBytes?: ReportedBytes) => Observable<ServerFact>,
  scheduler: SchedulerLike = asyncScheduler,
): Observable<ServerFact> =>
  everyMs === undefined || everyMs > MAX_TIMER_MS
    ? receive()
    : defer(() => {
        const reportedBytes: ReportedBytes = new Map();
        const progress$ = interval(everyMs, scheduler).pipe(
          mergeMap(() => takeGrown(reportedBytes)),
          mergeMap(reportProgress),
        );
        return merge(progress$, receive(reportedBytes).pipe(endWith(OVER))).pipe(
          takeWhile((fact): fact is ServerFact => fact !== OVER),
        );
      });

const OVER = Symbol('over');

function* takeGrown(reportedBytes: ReportedBytes): Iterable<Transfer> {
  for (const [transfer, reported] of reportedBytes) {
    const { size } = transfer.part;
    if (size === reported) continue;
    reportedBytes.set(transfer, size);
    yield transfer;
  }
}
