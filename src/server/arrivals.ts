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
  take,
  takeUntil,
  throwIfEmpty,
} from 'rxjs';
import { TlsError } from '../errors.js';
import type { Identity } from '../node/identity.js';
import { idleTimeout } from '../operators/index.js';
import type { Origin, Store } from '../store/store.js';
import type { Refused, ServerFact } from './events.js';
import { Gate, type GateOptions, type Refusal } from './gate.js';
import { IDLE_TIMEOUT_MS } from './limits.js';
import { receive, type ReceiveOptions, type Sender } from './receive.js';
import { failedToBegin, ofStore, opened, refused } from './report.js';

export interface ArrivalOptions<S extends Sender> extends GateOptions, ReceiveOptions {
  /**
   * Shakes hands with a sender that was let in, and emits what takes its place; without it, senders are
   * received as they come. Whatever comes before that, unsubscribing too, ends the connection with an RST.
   */
  handshake?: ((sender: S) => Observable<Sender>) | undefined;
  /** Whether a client may send, which has shaken hands. */
  admitsClient?: ((client: Identity | undefined) => boolean) | undefined;
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
    admitsClient = () => true,
    outOfFiles = () => false,
    closing$ = NEVER,
    ...options
  }: ArrivalOptions<S>,
): (senders$: Observable<S>) => Observable<Arrival> {
  const { idleTimeout: due = IDLE_TIMEOUT_MS } = options;
  return (senders$) =>
    defer(() => {
      const gate = new Gate(options);

      const begin = (sender: Sender, connection: number): Arrival => {
        const { peer } = sender;
        const origin = originOf(sender, connection);
        const part = store.begin(origin);
        const leave = () => {
          gate.leave(peer);
        };
        return {
          verdict$: opened(origin, part),
          transfer$: receive(sender, part, options, connection).pipe(finalize(leave)),
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

      const refuse = (
        sender: Sender,
        connection: number,
        reason: Refused['reason'],
        error?: unknown,
      ): Arrival => {
        sender.abort();
        return reportOnly(refused(originOf(sender, connection), reason, error));
      };

      /** The same of one that has shaken hands, if it may send. */
      const known = (sender: Sender, connection: number): Arrival => {
        if (admitsClient(sender.client)) return received(sender, connection);
        gate.leave(sender.peer);
        return refuse(sender, connection, 'TLS_NAME');
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
          map((shaken) => known(shaken, connection)),
          catchError((error: unknown) => {
            gate.leave(sender.peer);
            return of(refuse(sender, connection, 'TLS', error));
          }),
          takeUntil(closing$),
        );

      const refusalOf = (sender: S): Refusal | undefined =>
        outOfFiles(sender) ? 'OPEN_FILES' : gate.refusal(sender.peer);

      const admit = (sender: S, connection: number): Observable<Arrival> => {
        const refusal = refusalOf(sender);
        if (refusal !== undefined) return of(refuse(sender, connection, refusal));
        gate.enter(sender.peer);
        return handshake
          ? secured(sender, connection, handshake)
          : of(received(sender, connection));
      };

      return senders$.pipe(
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
