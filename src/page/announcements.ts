import {
  asyncScheduler,
  connect,
  distinctUntilChanged,
  filter,
  map,
  merge,
  type OperatorFunction,
  type SchedulerLike,
  throttleTime,
} from 'rxjs';
import { formatCount } from './figures.js';
import type { Update } from './update.js';

/**
 * Emits the texts for a screen reader: at once if the connection is lost or restored, and a summary if it has changed,
 * at most one in 30 s.
 *
 *     updates$         a-b-c------------L-----A---
 *     announcements    a---- 30s -c-----L-----A---
 */
export const announcements = (
  scheduler: SchedulerLike = asyncScheduler,
): OperatorFunction<Update, string> =>
  connect((updates$) =>
    merge(
      updates$.pipe(
        map((update) => 'lost' in update),
        distinctUntilChanged(),
        filter((lost, index) => lost || index > 0),
        map((lost) =>
          lost ? 'The connection to the server is lost.' : 'The server answers again.',
        ),
      ),
      updates$.pipe(
        filter((update) => 'state' in update),
        map(summary),
        distinctUntilChanged(),
        throttleTime(SUMMARY_MS, scheduler, { leading: true, trailing: true }),
      ),
    ),
  );

const SUMMARY_MS = 30_000;

const summary = ({ state: { inFlight, totals } }: Extract<Update, { readonly state: unknown }>) =>
  `${formatCount(inFlight)} in flight, ${formatCount(totals.received)} saved, ${formatCount(totals.failed)} failed.`;
