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
import type { Identity } from '../node/identity.js';
import { idleTimeout } from '../operators/index.js';
import type { Origin, Store } from '../store/store.js';
import type { Refused, ServerFact } from './events.js';
import { Gate, type GateOptions } from './gate.js';
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
  /** Reads the start of connections, if some come from a proxy (`isProxy`). Its errors refuse the sender. */
  proxyHeaders?: ProxyHeaders<S> | undefined;
  /** Whether a client may send, after its handshake. */
  admitsClient?: ((client: Identity | undefined) => boolean) | undefined;
  /** Whether the open-files limit is so close that this sender cannot be served. */
  outOfFiles?: ((sender: S) => boolean) | undefined;
  /** Emits when the stop begins. It ends handshakes, because a connection in its handshake is no transfer in flight. */
  closing$?: Observable<unknown>;
}

export interface ProxyHeaders<S extends Sender> {
  /** Emits the sender behind a proxy, with its own address. */
  readHeader: (proxy: S) => Observable<S>;
  /** Emits a sender that is not behind a proxy. */
  refuseHeader: (sender: S) => Observable<S>;
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
    proxyHeaders,
    admitsClient = () => true,
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

      const refuse = (
        sender: Sender,
        connection: number,
        reason: Refused['reason'],
        error?: unknown,
      ): Arrival => {
        sender.abort();
        return reportOnly(reportRefused(originOf(sender, connection), reason, error));
      };

      const beginIfNamed = (sender: Sender, connection: number): Arrival => {
        if (admitsClient(sender.client)) return beginOrFail(sender, connection);
        gate.leave(sender.peer);
        return refuse(sender, connection, 'TLS_NAME');
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
          map((secured) => beginIfNamed(secured, connection)),
          catchError((error: unknown) => {
            gate.leave(sender.peer);
            return of(refuse(sender, connection, 'TLS', error));
          }),
          takeUntil(closing$),
        );

      const secureOrBegin = (sender: S, connection: number): Observable<Arrival> =>
        handshake ? secure(sender, connection, handshake) : of(beginOrFail(sender, connection));

      /** Reads the start of a connection that has its place, under `peer` if its address counts. */
      const readStart = (
        { sender, connection, peer }: { sender: S; connection: number; peer?: string },
        read: (sender: S) => Observable<S>,
        proceed: (sender: S) => Observable<Arrival>,
      ) =>
        defer(() => read(sender)).pipe(
          map((sender) => () => proceed(sender)),
          catchError((error: unknown) =>
            of(() => {
              gate.leave(peer);
              return of(refuse(sender, connection, 'PROXY', error));
            }),
          ),
          mergeMap((next) => next()),
          takeUntil(closing$),
        );

      const admitSender = (
        sender: S,
        connection: number,
        start?: (sender: S) => Observable<S>,
      ): Observable<Arrival> => {
        const { peer } = sender;
        const refusal = gate.refusal(peer);
        if (refusal !== undefined) return of(refuse(sender, connection, refusal));
        gate.enter(peer);
        const proceed = (sender: S) => secureOrBegin(sender, connection);
        return start ? readStart({ sender, connection, peer }, start, proceed) : proceed(sender);
      };

      /** The address of a proxy does not count: the sender behind it is admitted, or not, after its header. */
      const admitBehindProxy = (
        sender: S,
        connection: number,
        { readHeader }: ProxyHeaders<S>,
      ): Observable<Arrival> => {
        const refusal = gate.refusalOfAny();
        if (refusal !== undefined) return of(refuse(sender, connection, refusal));
        gate.enter();
        return readStart({ sender, connection }, readHeader, (sender) => {
          gate.leave();
          return orFail(sender, connection, () => admitSender(sender, connection));
        });
      };

      const admit = (sender: S, connection: number): Observable<Arrival> => {
        if (outOfFiles(sender)) return of(refuse(sender, connection, 'OPEN_FILES'));
        return proxyHeaders && gate.isProxy(sender.peer)
          ? admitBehindProxy(sender, connection, proxyHeaders)
          : admitSender(sender, connection, proxyHeaders?.refuseHeader);
      };

      return senders$.pipe(
        exitIdle === Infinity ? identity : takeUntil(idle(gate, exitIdle, options)),
        mergeMap((sender, index) => orFail(sender, index + 1, () => admit(sender, index + 1))),
      );
    });
}

/** Whatever throws fails this connection alone. */
function orFail(
  sender: Sender,
  connection: number,
  admit: () => Observable<Arrival>,
): Observable<Arrival> {
  try {
    return admit();
  } catch (error) {
    sender.abort();
    return of(reportOnly(reportNotBegun(originOf(sender, connection), error)));
  }
}

const originOf = ({ peer, client }: Sender, connection: number): Origin => ({
  connection,
  peer,
  client,
});

const reportOnly = (event: ServerFact): Arrival => ({ firstEvent$: of(event), transfer$: EMPTY });
