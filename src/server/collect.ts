import {
  catchError,
  concat,
  connect,
  delay,
  map,
  merge,
  mergeMap,
  NEVER,
  type Observable,
  of,
  skip,
  takeUntil,
  timer,
} from 'rxjs';
import { ShutdownError } from '../errors.js';
import type { Store } from '../store/store.js';
import { type ArrivalOptions, arrivals } from './arrivals.js';
import type { ServerEvent } from './events.js';
import { lastCall } from './lastCall.js';
import type { Sender } from './receive.js';

export interface CollectOptions<S extends Sender> extends Omit<ArrivalOptions<S>, 'abort$'> {
  /** Connections as they come. */
  connections$: Observable<S>;
  store: Store;
  /** The first stops the server, a second one ends the drain. */
  stop$?: Observable<unknown>;
  /** Milliseconds that transfers in flight may go on after the first stop; `Infinity`: to their end. */
  drain?: number | undefined;
  /** A turn of the event loop: what waited in the system has been delivered when it emits. */
  turn$?: Observable<unknown>;
  /** Milliseconds after which a disk that answers nothing is not waited for any longer. */
  patience?: number | undefined;
}

/**
 * Receives every connection, each on its own: one that fails disturbs no other.
 *
 *     connections$  -1--2-----3--
 *     stop$         -----------s-
 *     events        -o--o-r---o(f|)     3 was in flight
 */
export function collect<S extends Sender>({
  connections$,
  store,
  stop$ = NEVER,
  drain = 0,
  turn$ = of(undefined),
  patience = 600,
  ...options
}: CollectOptions<S>): Observable<ServerEvent> {
  return stop$.pipe(
    connect((stop$) =>
      endOfDrain(stop$, drain).pipe(
        connect((abort$) => {
          const events$ = connections$.pipe(
            lastCall(stop$, turn$),
            arrivals(store, { ...options, abort$ }),
            connect((arrival$) =>
              merge(
                arrival$.pipe(mergeMap(({ greeting$ }) => greeting$)),
                arrival$.pipe(mergeMap(({ transfer$ }) => transfer$)),
              ),
            ),
            takeUntil(abort$.pipe(catchError(() => timer(patience)))),
          );
          return concat(events$, of(STOPPED));
        }),
      ),
    ),
  );
}

const STOPPED: ServerEvent = { type: 'stopped' };

/** Errors when transfers in flight may go on no longer. */
const endOfDrain = (stop$: Observable<unknown>, drain: number): Observable<never> =>
  merge(drain === Infinity ? NEVER : stop$.pipe(delay(drain)), stop$.pipe(skip(1))).pipe(
    map(() => {
      throw new ShutdownError();
    }),
  );
