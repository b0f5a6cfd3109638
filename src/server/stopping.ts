import {
  concat,
  connect,
  filter,
  map,
  merge,
  NEVER,
  type Observable,
  of,
  ReplaySubject,
  skip,
  switchMap,
  take,
  timer,
} from 'rxjs';
import { ShutdownError } from '../errors.js';
import { MAX_TIMER_MS } from '../operators/maxTimer.js';

/**
 * The phase of a server's stop. `draining`: no more connections are admitted. `ending`: transfers in flight
 * fail. `over`: the server completes, even if the store has not finished.
 */
export type Phase = 'draining' | 'ending' | 'over';

export interface StoppingOptions {
  /** The first value stops the server, the second one ends the drain. */
  stop$?: Observable<unknown> | undefined;
  /** Milliseconds that transfers in flight may continue after the first stop; `Infinity`: until they end. */
  drain?: number | undefined;
  /** Milliseconds that the store has for the files and `ERROR` markers of the last transfers. */
  patience?: number | undefined;
}

/**
 * Passes the phases of the stop to a server and subscribes to it. The latest phase is replayed, because the stop
 * may come before the server listens. A third stop, and all later ones, are ignored.
 *
 *     stop$    ---s------------------s------s--
 *     phases   ---d-- drain --e-- patience --o|
 *     stop$    ---s---s---s-----------
 *     phases   ---d---e-- patience --o|
 */
export const stopping = <T>(
  { stop$ = NEVER, drain = 0, patience = 600 }: StoppingOptions,
  run: (phase$: Observable<Phase>) => Observable<T>,
): Observable<T> =>
  stop$.pipe(
    connect((stop$) => {
      const first$ = stop$.pipe(take(1));
      const drained$ = merge(first$.pipe(switchMap(() => after(drain))), stop$.pipe(skip(1)));
      const ending$ = concat(of<Phase>('ending'), after(patience).pipe(map((): Phase => 'over')));
      return merge(
        first$.pipe(map((): Phase => 'draining')),
        drained$.pipe(
          take(1),
          switchMap(() => ending$),
        ),
      );
    }),
    connect(run, { connector: () => new ReplaySubject(1) }),
  );

/** A timer that never fires if its time exceeds the maximum of a timer. */
const after = (ms: number): Observable<unknown> => (ms > MAX_TIMER_MS ? NEVER : timer(ms));

/** Errors when transfers in flight have to end. */
export const shutdown = (phase$: Observable<Phase>): Observable<never> =>
  phase$.pipe(
    filter((phase) => phase !== 'draining'),
    map(() => {
      throw new ShutdownError();
    }),
  );
