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
  share,
  skip,
  switchMap,
  take,
  timer,
} from 'rxjs';
import { ShutdownError } from '../errors.js';
import { LONGEST_TIMER_MS } from '../operators/longestTimer.js';

/**
 * How far a server is with its stop. `draining`: nobody else is let in. `ending`: transfers in flight have to
 * end. `over`: nothing is waited for any longer.
 */
export type Phase = 'draining' | 'ending' | 'over';

export interface StoppingOptions {
  /** The first stops the server, a second one ends the drain. */
  stop$?: Observable<unknown> | undefined;
  /** Milliseconds that transfers in flight may go on after the first stop; `Infinity`: to their end. */
  drain?: number | undefined;
  /** Milliseconds that the store has for the files and markers of the transfers that were ended. */
  patience?: number | undefined;
}

/**
 * Runs a server, which is given the phases of its stop. The latest phase is replayed, because the stop may
 * come before the server listens. A third stop, and a storm of them, change nothing.
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

/** A timer that never fires if it cannot count that far. */
const after = (ms: number): Observable<unknown> => (ms > LONGEST_TIMER_MS ? NEVER : timer(ms));

/** Errors, with one and the same error for all subscribers, when what is in flight has to end. */
export const shutdown = (phase$: Observable<Phase>): Observable<never> =>
  phase$.pipe(
    filter((phase) => phase !== 'draining'),
    map(() => {
      throw new ShutdownError();
    }),
    share(),
  );
