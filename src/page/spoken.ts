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
import type { News } from './news.js';
import { count } from './figures.js';

/**
 * What a screen reader says: at once that the connection is lost or back, and twice a minute what has changed.
 *
 *     news     a-b-c------------L-----A---
 *     spoken   a---- 30s -c-----L-----A---
 */
export const spoken = (scheduler: SchedulerLike = asyncScheduler): OperatorFunction<News, string> =>
  connect((news$) =>
    merge(
      news$.pipe(
        map((news) => 'lost' in news),
        distinctUntilChanged(),
        filter((lost, index) => lost || index > 0),
        map((lost) =>
          lost ? 'The connection to the server is lost.' : 'The server answers again.',
        ),
      ),
      news$.pipe(
        filter((news) => 'state' in news),
        map(summary),
        distinctUntilChanged(),
        throttleTime(SUMMARY_MS, scheduler, { leading: true, trailing: true }),
      ),
    ),
  );

const SUMMARY_MS = 30_000;

const summary = ({ state: { inFlight, totals } }: Extract<News, { readonly state: unknown }>) =>
  `${count(inFlight)} in flight, ${count(totals.received)} saved, ${count(totals.failed)} failed.`;
