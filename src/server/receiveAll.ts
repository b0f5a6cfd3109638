import {
  concat,
  connect,
  filter,
  merge,
  mergeMap,
  NEVER,
  type Observable,
  of,
  takeUntil,
} from 'rxjs';
import type { Store } from '../store/store.js';
import { type ArrivalOptions, arrivals } from './arrivals.js';
import type { ServerFact } from './events.js';
import { lastCall } from './lastCall.js';
import type { Sender } from './receive.js';
import { type Phase, shutdown } from './stopping.js';

export interface ReceiveAllOptions<S extends Sender> extends Omit<
  ArrivalOptions<S>,
  'abort$' | 'closing$'
> {
  /** Connections as they come. */
  connections$: Observable<S>;
  store: Store;
  /** How far the server is with its stop (`stopping`). */
  phase$?: Observable<Phase>;
  /** A turn of the event loop: what waited in the system has been delivered when it emits. */
  turn$?: Observable<unknown>;
}

/**
 * Receives every connection, each on its own: one that fails disturbs no other.
 *
 *     connections$  -1--2-----3--
 *     phase$        -----------(de)
 *     events        -o--o-r---o(f|)     3 was in flight
 */
export function receiveAll<S extends Sender>({
  connections$,
  store,
  phase$ = NEVER,
  turn$ = of(undefined),
  ...options
}: ReceiveAllOptions<S>): Observable<ServerFact> {
  const abort$ = shutdown(phase$);
  const over$ = phase$.pipe(filter((phase) => phase === 'over'));
  const events$ = connections$.pipe(
    lastCall(phase$, turn$),
    arrivals(store, { ...options, abort$, closing$: phase$ }),
    connect((arrival$) =>
      merge(
        arrival$.pipe(mergeMap(({ verdict$ }) => verdict$)),
        arrival$.pipe(mergeMap(({ transfer$ }) => transfer$)),
      ),
    ),
    takeUntil(over$),
  );
  return concat(events$, of(STOPPED));
}

export const STOPPED: ServerFact = { type: 'stopped' };
