import {
  catchError,
  defer,
  EMPTY,
  finalize,
  identity,
  map,
  mergeMap,
  type MonoTypeOperatorFunction,
  NEVER,
  type Observable,
  of,
  take,
  takeUntil,
  tap,
  throwIfEmpty,
} from 'rxjs';
import { TlsError } from '../errors.js';
import { idleTimeout } from '../operators/index.js';
import type { Origin, Store } from '../store/store.js';
import type { ServerFact } from './events.js';
import { Gate, type GateOptions, type Refusal } from './gate.js';
import { filesWanted, idle, type Lifetime } from './lifetime.js';
import { IDLE_TIMEOUT_MS } from './limits.js';
import { receive, type ReceiveOptions, type Sender } from './receive.js';
import { failedToBegin, ofStore, opened, refused } from './report.js';

export interface ArrivalOptions<S extends Sender> extends GateOptions, Lifetime, ReceiveOptions {
  /**
   * Shakes hands with a sender that was let in, and emits what takes its place; without it, senders are
   * received as they come. Whatever comes before that, unsubscribing too, ends the connection with an RST.
   */
  handshake?: ((sender: S) => Observable<Sender>) | undefined;
  /** Whether the open-files limit is so near that this sender cannot be served. */
  outOfFiles?: ((sender: S) => boolean) | undefined;
  /** Emits when the server begins to stop: a handshake that is not done is no transfer in flight. */
  closing$?: Observable<unknown>;
}

export interface Arrival {
  /** What is reported of it first: its number, or why it is refused. */
  readonly verdict$: Observable<ServerFact>;
  readonly transfer$: Observable<ServerFact>;
}

/**
 * Lets connections in, each with a part of its own, or refuses them, which takes no number. A handshake
 * takes a place inside from its start, and a number once it is done. Whatever throws on the way harms the
 * one connection alone: it gets an RST, and the error is reported.
 *
 *     senders     -1--2--3------
 *     handshake     --2|
 *                     ----#
 *     arrivals    -1----2-----(refused)
 */
export function arrivals<S extends Sender>(
  store: Store,
  {
    handshake,
    outOfFiles = () => false,
    closing$ = NEVER,
    exitIdle = Infinity,
    ...options
  }: ArrivalOptions<S>,
): (senders$: Observable<S>) => Observable<Arrival> {
  const { idleTimeout: due = IDLE_TIMEOUT_MS } = options;
  return (senders$) =>
    defer(() => {
      const gate = new Gate(options);
      const countSaved: MonoTypeOperatorFunction<ServerFact> =
        filesWanted(options) === Infinity
          ? identity
          : tap(({ type }) => {
              if (type === 'received') gate.saved();
            });

      const begin = (sender: Sender, connection: number): Arrival => {
        const { peer } = sender;
        const origin = originOf(sender, connection);
        const part = store.begin(origin);
        const leave = () => {
          gate.leave(peer);
        };
        return {
          verdict$: opened(origin, part),
          transfer$: receive(sender, part, options, connection).pipe(countSaved, finalize(leave)),
        };
      };

      /** What a sender comes to that has a place inside, which it gives back if it is not received. */
      const received = (sender: Sender, connection: number): Arrival => {
        try {
          return begin(sender, connection);
        } catch (error) {
          sender.abort();
          gate.leave(sender.peer);
          return reportOnly(failedToBegin(originOf(sender, connection), ofStore(error)));
        }
      };

      const secured = (
        sender: S,
        connection: number,
        shakeHands: (sender: S) => Observable<Sender>,
      ) =>
        defer(() => shakeHands(sender)).pipe(
          take(1),
          throwIfEmpty(() => new TlsError()),
          idleTimeout(due, options),
          map((shaken) => received(shaken, connection)),
          catchError((error: unknown) => {
            sender.abort();
            gate.leave(sender.peer);
            return of(reportOnly(refused(originOf(sender, connection), 'TLS', error)));
          }),
          takeUntil(closing$),
        );

      const refusalOf = (sender: S): Refusal | undefined =>
        outOfFiles(sender) ? 'OPEN_FILES' : gate.refusal(sender.peer);

      const admit = (sender: S, connection: number): Observable<Arrival> => {
        const refusal = refusalOf(sender);
        if (refusal !== undefined) {
          sender.abort();
          return of(reportOnly(refused(originOf(sender, connection), refusal)));
        }
        gate.enter(sender.peer);
        return handshake
          ? secured(sender, connection, handshake)
          : of(received(sender, connection));
      };

      return senders$.pipe(
        exitIdle === Infinity ? identity : takeUntil(idle(gate.empty$, exitIdle, options)),
        mergeMap((sender, index) => {
          const connection = index + 1;
          try {
            return admit(sender, connection);
          } catch (error) {
            sender.abort();
            return of(reportOnly(failedToBegin(originOf(sender, connection), error)));
          }
        }),
      );
    });
}

const originOf = ({ peer, client }: Sender, connection: number): Origin => ({
  connection,
  peer,
  client,
});

const reportOnly = (event: ServerFact): Arrival => ({ verdict$: of(event), transfer$: EMPTY });
