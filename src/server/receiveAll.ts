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
import type { Begin } from './admission.js';
import { type ArrivalOptions, arrivals } from './arrivals.js';
import type { ServerFact } from './events.js';
import { lastCall } from './lastCall.js';
import { untilLast } from './lifetime.js';
import { type ReportedBytes, withProgress } from './progress.js';
import { type Guest, receive, type ReceiveOptions, release, type Sender } from './receive.js';
import { reportOpened } from './report.js';
import { type Phase, shutdown } from './stopping.js';

/** How connections arrive, and when the server stops. */
export interface ArrivingOptions<S extends T, T extends Guest> extends Omit<
  ArrivalOptions<S, T>,
  'abort$' | 'begin' | 'closing$'
> {
  /** Connections in the order of arrival. */
  connections$: Observable<S>;
  /** The phases of the server's stop (`stopping`). */
  phase$?: Observable<Phase>;
  /** Emits once the connections that waited in the system are delivered (`afterNextPoll$`). */
  afterPoll$?: Observable<unknown>;
  /** Milliseconds between two `progress` events of a transfer; none by default. */
  progress?: number | undefined;
}

export interface ReceiveAllOptions<S extends Sender>
  extends ArrivingOptions<S, Sender>, Omit<ReceiveOptions, 'abort$' | 'reportedBytes'> {
  store: Store;
}

/**
 * Begins transfers.
 *
 * @param abort$ errors when transfers in flight have to end
 * @param reportedBytes where transfers are entered whose progress is reported
 */
export type BeginWith<T extends Guest> = (
  abort$: Observable<never>,
  reportedBytes?: ReportedBytes,
) => Begin<T>;

/**
 * Receives all connections into a store. One that fails does not disturb the others.
 *
 *     connections$  -1--2-----3--
 *     phase$        -----------(de)
 *     events        -o--o-r---o(f|)     3 was in flight
 */
export const receiveAll = <S extends Sender>({
  store,
  ...options
}: ReceiveAllOptions<S>): Observable<ServerFact> => admitAll(options, beginIn(store, options));

/** Begins transfers into a store. */
export const beginIn =
  (store: Store, options: Omit<ReceiveOptions, 'abort$' | 'reportedBytes'>): BeginWith<Sender> =>
  (abort$, reportedBytes) => {
    const all = { ...options, abort$, reportedBytes };
    return (sender, origin) => {
      const part = store.begin(origin);
      try {
        const transfer$ = receive(sender, part, all, origin.connection);
        return { firstEvent$: reportOpened(origin, part), transfer$ };
      } catch (error) {
        release(part);
        throw error;
      }
    };
  };

/** Admits all connections, and begins a transfer for each. */
export const admitAll = <S extends T, T extends Guest>(
  { progress, ...options }: ArrivingOptions<S, T>,
  beginWith: BeginWith<T>,
): Observable<ServerFact> =>
  concat(
    withProgress(
      progress,
      (reportedBytes) => admitEach(options, beginWith, reportedBytes),
      options.scheduler,
    ),
    of(STOPPED),
  );

function admitEach<S extends T, T extends Guest>(
  {
    connections$,
    phase$ = NEVER,
    afterPoll$ = of(undefined),
    ...options
  }: Omit<ArrivingOptions<S, T>, 'progress'>,
  beginWith: BeginWith<T>,
  reportedBytes: ReportedBytes | undefined,
): Observable<ServerFact> {
  const abort$ = failInSlices(shutdown(phase$), afterPoll$);
  const over$ = phase$.pipe(filter((phase) => phase === 'over'));
  const begin = beginWith(abort$, reportedBytes);
  return connections$.pipe(
    lastCall(phase$, afterPoll$),
    arrivals<S, T>({ ...options, begin, abort$, closing$: phase$ }),
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
