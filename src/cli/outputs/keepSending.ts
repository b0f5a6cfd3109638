import {
  asyncScheduler,
  concat,
  connect,
  defer,
  filter,
  ignoreElements,
  map,
  mergeMap,
  type Observable,
  of,
  range,
  type SchedulerLike,
  takeUntil,
  tap,
  timer,
} from 'rxjs';
import type { ServerEvent } from '../../server/events.js';
import { isRecord } from './isRecord.js';
import type { Output, Problem } from './output.js';

/** Sends an event, which has a serial, and completes once it has arrived. */
export type SendMessage = (event: ServerEvent, serial: number) => Observable<unknown>;

/**
 * Sends each event at once, and keeps those whose arrival is not known, up to a maximum. Further events are lost, and
 * so are those that have not arrived 300 ms after the last one, because the server ends within a second (S3).
 *
 *     events$       a-b-c---|
 *     send a        ----|
 *     send b          -----|
 *     maximum: 2    ----p----|    c is lost
 *
 * @param place where they go, for people
 */
export const keepSending =
  (
    send: SendMessage,
    place: string,
    { max = MAX_WAITING, scheduler = asyncScheduler }: KeepSendingOptions = {},
  ): Output =>
  (events$) =>
    defer(() => {
      let waiting = 0;
      const lost = (why: string): Problem => ({ text: `an event is lost: ${place} ${why}` });
      const sent = (event: ServerEvent, serial: number): Observable<Problem> => {
        if (waiting === max) return of(lost('takes too few'));
        waiting++;
        return send(event, serial).pipe(ignoreElements(), tap({ complete: () => waiting-- }));
      };
      const problems$ = events$.pipe(
        filter(isRecord),
        connect((kept$) => {
          const over$ = concat(kept$.pipe(ignoreElements()), timer(LAST_MS, scheduler));
          return kept$.pipe(mergeMap(sent), takeUntil(over$));
        }),
      );
      const late$ = defer(() => range(0, waiting).pipe(map(() => lost('does not take it'))));
      return concat(problems$, late$);
    });

export interface KeepSendingOptions {
  readonly max?: number;
  readonly scheduler?: SchedulerLike;
}

/** About 5 MB. */
const MAX_WAITING = 10_000;
const LAST_MS = 300;
