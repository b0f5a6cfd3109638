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
import { type ReportedBytes, withProgress } from './progress.js';
import type { Sender } from './receive.js';
import { type Phase, shutdown } from './stopping.js';

export interface ReceiveAllOptions<S extends Sender> extends Omit<
  ArrivalOptions<S>,
  'abort$' | 'closing$' | 'reportedBytes'
> {
  /** Connections in the order of arrival. */
  connections$: Observable<S>;
  store: Store;
  /** The phases of the server's stop (`stopping`). */
  phase$?: Observable<Phase>;
  /** Emits once the connections that waited in the system are delivered (`afterNextPoll$`). */
  afterPoll$?: Observable<unknown>;
  /** Milliseconds between two `progress` events of a transfer; none by default. */
  progress?: number | undefined;
}

/**
 * Receives all connections. One that fails does not disturb the others.
 *
 *     connections$  -1--2-----3--
 *     phase$        -----------(de)
 *     events        -o--o-r---o(f|)     3 was in flight
 */
export const receiveAll = <S extends Sender>({
  progress,
  ...options
}: ReceiveAllOptions<S>): Observable<ServerFact> => {
  const receive = (reportedBytes?: ReportedBytes) => receiveEach({ ...options, reportedBytes });
  return concat(withProgress(progress, receive, options.scheduler), of(STOPPED));
};

function receiveEach<S extends Sender>({
  connections$,
  store,
  phase$ = NEVER,
  afterPoll$ = of(undefined),
  ...options
}: Omit<ReceiveAllOptions<S>, 'progress'> & { reportedBytes?: ReportedBytes | undefined }) {
  const abort$ = failInSlices(shutdown(phase$), afterPoll$);
  const over$ = phase$.pipe(filter((phase) => phase === 'over'));
  return connections$.pipe(
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
}

const GROUP = 256;

export const STOPPED: ServerFact = { type: 'stopped' };
