import { audit, buffer, connect, type Observable, type OperatorFunction } from 'rxjs';

/**
 * Lists what comes in one round of the event loop, in its order, because a message for each event costs as much as
 * writing a small file.
 *
 *     source      (ab)--c----d|
 *     afterPoll$  ----p-----p--        subscribed at the first of a round
 *     inRounds    ----x-----y-(z|)     x: a and b, y: c, z: d
 */
export const inRounds = <T>(afterPoll$: Observable<unknown>): OperatorFunction<T, readonly T[]> =>
  connect((values$) => values$.pipe(buffer(values$.pipe(audit(() => afterPoll$)))));
