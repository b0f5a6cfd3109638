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
import { asStoreError, reportNotBegun, reportOpened, reportRefused } from './report.js';

export interface ArrivalOptions<S extends Sender> extends GateOptions, Lifetime, ReceiveOptions {
  /**
   * Runs the handshake of an admitted sender, and emits the secured sender. Without it, senders are received
   * over plain TCP. If it errors or is unsubscribed first, the connection ends with an RST.
   */
  handshake?: ((sender: S) => Observable<Sender>) | undefined;
  /** Whether the open-files limit is so close that this sender cannot be served. */
  outOfFiles?: ((sender: S) => boolean) | undefined;
  /** Emits when the stop begins. It ends handshakes, because a connection in its handshake is no transfer in flight. */
  closing$?: Observable<unknown>;
}

export interface Arrival {
  /** Emits the `opened` event, or why the connection is refused or has failed. */
  readonly firstEvent$: Observable<ServerFact>;
  readonly transfer$: Observable<ServerFact>;
}

/**
 * Admits connections, and begins a part for each, or refuses them. A refused connection takes no number. A
 * connection counts as admitted from the start of its handshake, and takes a number after it. If anything
 * throws, this connection alone gets an RST, and its event reports the error.
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
          firstEvent$: reportOpened(origin, part),
          transfer$: receive(sender, part, options, connection).pipe(countSaved, finalize(leave)),
        };
      };

      const beginOrFail = (sender: Sender, connection: number): Arrival => {
        try {
          return begin(sender, connection);
        } catch (error) {
          sender.abort();
          gate.leave(sender.peer);
          return reportOnly(reportNotBegun(originOf(sender, connection), asStoreError(error)));
        }
      };

      const secure = (
        sender: S,
        connection: number,
        handshake: (sender: S) => Observable<Sender>,
      ) =>
        defer(() => handshake(sender)).pipe(
          take(1),
          throwIfEmpty(() => new TlsError()),
          idleTimeout(due, options),
          map((secured) => beginOrFail(secured, connection)),
          catchError((error: unknown) => {
            sender.abort();
            gate.leave(sender.peer);
            return of(reportOnly(reportRefused(originOf(sender, connection), 'TLS', error)));
          }),
          takeUntil(closing$),
        );

      const refusalOf = (sender: S): Refusal | undefined =>
        outOfFiles(sender) ? 'OPEN_FILES' : gate.refusal(sender.peer);

      const admit = (sender: S, connection: number): Observable<Arrival> => {
        const refusal = refusalOf(sender);
        if (refusal !== undefined) {
          sender.abort();
          return of(reportOnly(reportRefused(originOf(sender, connection), refusal)));
        }
        gate.enter(sender.peer);
        return handshake
          ? secure(sender, connection, handshake)
          : of(beginOrFail(sender, connection));
      };

      return senders$.pipe(
        exitIdle === Infinity ? identity : takeUntil(idle(gate, exitIdle, options)),
        mergeMap((sender, index) => {
          const connection = index + 1;
          try {
            return admit(sender, connection);
          } catch (error) {
            sender.abort();
            return of(reportOnly(reportNotBegun(originOf(sender, connection), error)));
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

const reportOnly = (event: ServerFact): Arrival => ({ firstEvent$: of(event), transfer$: EMPTY });
