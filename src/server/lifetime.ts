import {
  catchError,
  defer,
  identity,
  type MonoTypeOperatorFunction,
  NEVER,
  type Observable,
  of,
  switchMap,
  takeWhile,
} from 'rxjs';
import { idleTimeout, type IdleTimeoutOptions } from '../operators/index.js';
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
 * Emits once nobody has been connected for `due` milliseconds, from the start or from the end of the last
 * transfer. A connection that waits for the event loop, because the process was stopped, is in time.
 *
 *     empty$   t--f---t----------
 *     idle     ----------- due -i
 */
export const idle = (
  empty$: Observable<boolean>,
  due: number,
  options: IdleTimeoutOptions,
): Observable<unknown> =>
  empty$.pipe(
    switchMap((empty) => (empty ? NEVER.pipe(idleTimeout(due, options)) : NEVER)),
    catchError(() => of(undefined)),
  );
