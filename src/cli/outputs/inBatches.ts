import {
  asyncScheduler,
  auditTime,
  buffer,
  connect,
  filter,
  map,
  type MonoTypeOperatorFunction,
  type SchedulerLike,
} from 'rxjs';

/**
 * Joins the texts of 50 ms, because a write for each line costs as much as a small file.
 *
 *     source      ab---------c--d|
 *     inBatches   --(50ms)--(ab)-(cd|)
 */
export const inBatches = (
  scheduler: SchedulerLike = asyncScheduler,
): MonoTypeOperatorFunction<string> =>
  connect((texts$) =>
    texts$.pipe(
      buffer(texts$.pipe(auditTime(BATCH_MS, scheduler))),
      filter((texts) => texts.length > 0),
      map((texts) => texts.join('')),
    ),
  );

const BATCH_MS = 50;
