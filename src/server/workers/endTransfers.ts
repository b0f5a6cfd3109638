import {
  filter,
  ignoreElements,
  type Observable,
  type SchedulerLike,
  switchMap,
  tap,
  timer,
  withLatestFrom,
} from 'rxjs';
import type { Phase } from '../stopping.js';
import type { PoolState } from './pool.js';

/**
 * Has the workers end the transfers in flight when the server does. A worker that hangs is killed, while there is time
 * to make its files `ERROR`, because it would outlive the server.
 *
 *     phase$     --e------------
 *     workers    --e--- 300 ms --k      k: one that has given no sign of life
 */
export const endTransfers = (
  pool$: Observable<PoolState>,
  phase$: Observable<Phase>,
  scheduler?: SchedulerLike,
): Observable<never> =>
  phase$.pipe(
    filter((phase) => phase === 'ending'),
    withLatestFrom(pool$),
    switchMap(([, { members }]) => {
      for (const member of members) {
        member.owesBeat = true;
        member.worker.send({ type: 'end' });
      }
      return timer(ANSWER_MS, scheduler).pipe(
        tap(() => {
          for (const { owesBeat, worker } of members) if (owesBeat) worker.kill();
        }),
      );
    }),
    ignoreElements(),
  );

/** Half of the time that the store has for the last files. */
const ANSWER_MS = 300;
