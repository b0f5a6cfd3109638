import {
  asyncScheduler,
  defer,
  identity,
  interval,
  mergeMap,
  type MonoTypeOperatorFunction,
  type Observable,
  type SchedulerLike,
  tap,
} from 'rxjs';
import { alongside } from '../operators/alongside.js';
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
 * @param receive enters its transfers in what it is passed (`enterIn`)
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
        return receive(reportedBytes).pipe(alongside(progress$));
      });

/** Has the progress of a transfer reported until it ends. */
export const enterIn = (
  reportedBytes: ReportedBytes | undefined,
  transfer: Transfer,
): MonoTypeOperatorFunction<ServerFact> =>
  reportedBytes
    ? tap({
        subscribe: () => reportedBytes.set(transfer, 0),
        finalize: () => reportedBytes.delete(transfer),
      })
    : identity;

function* takeGrown(reportedBytes: ReportedBytes): Iterable<Transfer> {
  for (const [transfer, reported] of reportedBytes) {
    const { size } = transfer.part;
    if (size === reported) continue;
    reportedBytes.set(transfer, size);
    yield transfer;
  }
}
