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
  windowCount,
} from 'rxjs';
import { failInSlices } from '../operators/failInSlices.js';
import type { Store } from '../store/store.js';
import { type ArrivalOptions, arrivals } from './arrivals.js';
import type { ServerFact } from './events.js';
import { lastCall } from './lastCall.js';
import { untilLast } from './lifetime.js';
import type { Sender } from './receive.js';
import { type Phase, shutdown } from './stopping.js';

export interface ReceiveAllOptions<S extends Sender> extends Omit<
  ArrivalOptions<S>,
  'abort$' | 'closing$'
> {
  /** Connections in the order of arrival. */
  connections$: Observable<S>;
  store: Store;
  /** The phases of the server's stop (`stopping`). */
  phase$?: Observable<Phase>;
  /** Emits once the connections that waited in the system are delivered (`afterNextPoll$`). */
  afterPoll$?: Observable<unknown>;
}

/**
 * Receives all connections. One that fails does not disturb the others.
 *
 *     connections$  -1--2-----3--
 *     phase$        -----------(de)
 *     events        -o--o-r---o(f|)     3 was in flight
 */
export function receiveAll<S extends Sender>({
  connections$,
  store,
  phase$ = NEVER,
  afterPoll$ = of(undefined),
  ...options
}: ReceiveAllOptions<S>): Observable<ServerFact> {
  const abort$ = failInSlices(shutdown(phase$), afterPoll$);
  const over$ = phase$.pipe(filter((phase) => phase === 'over'));
  const events$ = connections$.pipe(
    lastCall(phase$, afterPoll$),
    arrivals(store, { ...options, abort$, closing$: phase$ }),
    connect((arrival$) =>
      merge(
        arrival$.pipe(mergeMap(({ firstEvent$ }) => firstEvent$)),
        // RxJS searches a list for each inner subscription that ends; groups keep the lists short.
        arrival$.pipe(
          windowCount(GROUP),
          mergeMap((group$) => group$.pipe(mergeMap(({ transfer$ }) => transfer$))),
        ),
      ),
    ),
    untilLast(options),
    takeUntil(over$),
  );
  return concat(events$, of(STOPPED));
}

const GROUP = 256;

export const STOPPED: ServerFact = { type: 'stopped' };
