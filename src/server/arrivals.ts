import {
  catchError,
  defer,
  EMPTY,
  finalize,
  map,
  mergeMap,
  NEVER,
  type Observable,
  of,
  takeUntil,
} from 'rxjs';
import { idleTimeout } from '../operators/index.js';
import type { Store } from '../store/store.js';
import type { Refused, ServerEvent } from './events.js';
import { Gate, type GateOptions } from './gate.js';
import { receive, type ReceiveOptions, type Sender } from './receive.js';
import { opened, refused } from './report.js';

export interface ArrivalOptions<S extends Sender> extends GateOptions, ReceiveOptions {
  /**
   * Shakes hands with a sender who was let in, and emits what takes its place; without it, they are taken
   * as they come. Whatever comes before that, unsubscribing too, ends the connection with an RST.
   */
  handshake?: ((sender: S) => Observable<Sender>) | undefined;
}

export interface Arrival {
  /** What is told of it at once: its number, or why it is refused. */
  readonly greeting$: Observable<ServerEvent>;
  readonly transfer$: Observable<ServerEvent>;
}

/**
 * Lets connections in, each with a part of its own, or refuses them, which takes no number. A handshake
 * takes a place inside from its start, and a number once it is done.
 *
 *     senders     -1--2--3------
 *     handshake     --2|
 *                     ----#
 *     arrivals    -1----2-----(refused)
 */
export function arrivals<S extends Sender>(
  store: Store,
  { handshake, ...options }: ArrivalOptions<S>,
): (senders$: Observable<S>) => Observable<Arrival> {
  const { idle = 10_000, abort$ = NEVER } = options;
  const over$ = abort$.pipe(catchError(() => of(true)));
  return (senders$) =>
    defer(() => {
      const gate = new Gate(options);

      const begin = (sender: Sender): Arrival => {
        const { peer } = sender;
        const part = store.begin();
        const leave = () => {
          gate.leave(peer);
        };
        return {
          greeting$: opened(peer, part),
          transfer$: receive(sender, part, options).pipe(finalize(leave)),
        };
      };

      return senders$.pipe(
        mergeMap((sender) => {
          const { peer } = sender;
          const refusal = gate.refusal(peer);
          if (refusal !== undefined) {
            sender.abort();
            return of(refusing(refused(peer, refusal)));
          }
          gate.enter(peer);
          if (!handshake) return of(begin(sender));
          return handshake(sender).pipe(
            idleTimeout(idle, options),
            map(begin),
            catchError((error: unknown) => {
              gate.leave(peer);
              return of(refusing(refused(peer, 'TLS', error)));
            }),
            takeUntil(over$),
          );
        }),
      );
    });
}

const refusing = (event: Refused): Arrival => ({ greeting$: of(event), transfer$: EMPTY });
