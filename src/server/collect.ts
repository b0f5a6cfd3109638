import {
  catchError,
  concat,
  connect,
  delay,
  EMPTY,
  finalize,
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
import type { ServerEvent } from './events.js';
import { Gate, type GateOptions } from './gate.js';
import { receive, type ReceiveOptions, type Sender } from './receive.js';
import { opened, refused } from './report.js';

export interface CollectOptions extends Omit<ReceiveOptions, 'abort$'>, GateOptions {
  /** Connections as they come. */
  connections$: Observable<Sender>;
  store: Store;
  /** The first stops the server, a second one ends the drain. */
  stop$?: Observable<unknown>;
  /** Milliseconds that transfers in flight may go on after the first stop; `Infinity`: to their end. */
  drain?: number | undefined;
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
export function collect({
  connections$,
  store,
  stop$ = NEVER,
  drain = 0,
  patience = 600,
  ...options
}: CollectOptions): Observable<ServerEvent> {
  return stop$.pipe(
    connect((stop$) =>
      endOfDrain(stop$, drain).pipe(
        connect((abort$) => {
          const arrivals = arrivalsAt(store, { ...options, abort$ });
          const events$ = connections$.pipe(
            takeUntil(stop$),
            map(arrivals),
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

interface Arrival {
  /** What is told of it at once: its number, or why it is refused. */
  readonly greeting$: Observable<ServerEvent>;
  readonly transfer$: Observable<ServerEvent>;
}

/** Lets connections in, each with a part of its own, or refuses them, which takes no number. */
function arrivalsAt(
  store: Store,
  options: GateOptions & ReceiveOptions,
): (sender: Sender) => Arrival {
  const gate = new Gate(options);
  return (sender) => {
    const { peer } = sender;
    const refusal = gate.refusal(peer);
    if (refusal !== undefined) {
      sender.abort();
      return { greeting$: of(refused(peer, refusal)), transfer$: EMPTY };
    }
    gate.enter(peer);
    const part = store.begin();
    return {
      greeting$: opened(peer, part),
      transfer$: receive(sender, part, options).pipe(
        finalize(() => {
          gate.leave(peer);
        }),
      ),
    };
  };
}

const STOPPED: ServerEvent = { type: 'stopped' };

/** Errors when transfers in flight may go on no longer. */
const endOfDrain = (stop$: Observable<unknown>, drain: number): Observable<never> =>
  merge(drain === Infinity ? NEVER : stop$.pipe(delay(drain)), stop$.pipe(skip(1))).pipe(
    map(() => {
      throw new ShutdownError();
    }),
  );
