import {
  asyncScheduler,
  auditTime,
  buffer,
  connect,
  filter,
  map,
  merge,
  type MonoTypeOperatorFunction,
  type SchedulerLike,
} from 'rxjs';

/**
 * Joins the texts of 50 ms, but no more than 64, because a write for each line costs as much as a small file. More of
 * them would survive several collections of young objects, which costs as much.
 *
 *     source      ab---------c--d|
 *     inBatches   --(50ms)--(ab)-(cd|)
 */
export const inBatches = (
  scheduler: SchedulerLike = asyncScheduler,
): MonoTypeOperatorFunction<string> =>
  connect((texts$) => {
    const late$ = texts$.pipe(auditTime(BATCH_MS, scheduler));
    const many$ = texts$.pipe(filter((_, index) => index % BATCH_TEXTS === BATCH_TEXTS - 1));
    return texts$.pipe(
      buffer(merge(late$, many$)),
      filter((texts) => texts.length > 0),
      map((texts) => texts.join('')),
    );
  });

const BATCH_MS = 50;
const BATCH_TEXTS = 64;
