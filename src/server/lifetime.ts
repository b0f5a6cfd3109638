import {
  defaultIfEmpty,
  defer,
  expand,
  first,
  identity,
  map,
  type MonoTypeOperatorFunction,
  NEVER,
  type Observable,
  of,
  switchMap,
  take,
  takeWhile,
  timer,
} from 'rxjs';
import type { IdleTimeoutOptions } from '../operators/index.js';
import { MAX_TIMER_MS } from '../operators/maxTimer.js';
import type { ServerFact } from './events.js';

/** When a server ends by itself. */
export interface Lifetime {
  /**
   * Ends the server once this many files are saved. A connection that could bring one more than that is
   * refused (`COUNT`), so no transfer is in flight then.
   */
  count?: number | undefined;
  /** Ends the server after the first transfer, saved or not; every other connection is refused (`COUNT`). */
  once?: boolean | undefined;
  /** Ends the server after this many milliseconds without a connection. */
  exitIdle?: number | undefined;
}

/** How many files a server takes, if it is not stopped. */
export const filesWanted = ({ count = Infinity, once = false }: Lifetime): number =>
  once ? 1 : count;

/**
 * Completes with the event of the last file that is wanted.
 *
 *     events$               --o--f--o--r--o--r
 *     untilLast: count 2    --o--f--o--r--o--(r|)
 *     untilLast: once       --o--(f|)
 */
export function untilLast(lifetime: Lifetime): MonoTypeOperatorFunction<ServerFact> {
  const wanted = filesWanted(lifetime);
  if (wanted === Infinity) return identity;
  return (events$) =>
    defer(() => {
      let left = wanted;
      const endsOne = ({ type }: ServerFact) =>
        type === 'received' || (type === 'failed' && lifetime.once);
      return events$.pipe(takeWhile((event) => !endsOne(event) || --left > 0, true));
    });
}

/**
 * Emits once no connection has been admitted for `due` milliseconds, counted from the start or from the end of the
 * last one. A connection that still waits for the event loop, because the process was suspended, is in time.
 *
 *     emptyMs  01234560000001234567
 *     timers   ------ due -----!---!
 *     idle     --------------------i
 */
export function idle(
  gate: { readonly emptyMs: number },
  due: number,
  { scheduler, lookAgain$ = timer(0, scheduler) }: IdleTimeoutOptions,
): Observable<unknown> {
  if (due > MAX_TIMER_MS) return NEVER;
  return of(due).pipe(
    expand((ms) =>
      timer(ms, scheduler).pipe(
        switchMap(() => lookAgain$.pipe(take(1), defaultIfEmpty(undefined))),
        map(() => due - gate.emptyMs),
      ),
    ),
    first((left) => left <= 0),
  );
}
