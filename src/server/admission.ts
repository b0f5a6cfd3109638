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
import type { Gate } from './gate.js';
import { filesWanted, type Lifetime } from './lifetime.js';
import { IDLE_TIMEOUT_MS } from './limits.js';
import { receive, type ReceiveOptions, type Sender } from './receive.js';
import { asStoreError, reportNotBegun, reportOpened, reportRefused } from './report.js';

export interface AdmissionOptions<S extends Sender> extends Lifetime, ReceiveOptions {
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
  readHeader: ReadStart<S>;
  /** Emits a sender that is not behind a proxy. */
  refuseHeader: ReadStart<S>;
}

type ReadStart<S extends Sender> = (sender: S) => Observable<S>;

export interface Arrival {
  /** Emits the `opened` event, or why the connection is refused or has failed. */
  readonly firstEvent$: Observable<ServerFact>;
  readonly transfer$: Observable<ServerFact>;
}

/** A connection that was accepted, with its serial. */
interface Newcomer<S extends Sender> {
  readonly sender: S;
  readonly connection: number;
}

/** Gives the place of an admitted connection back. */
type Leave = () => void;

/**
 * The way of one connection to its transfer: its place, its PROXY header, its handshake, the name of its client, its
 * part. A connection that is refused on the way gets an RST, and gives its place back.
 *
 *     sender           -1--2------
 *     handshake          --2|
 *     admit            -1----2        or the event `refused`
 */
export class Admission<S extends Sender> {
  private readonly countSaved: MonoTypeOperatorFunction<ServerFact>;
  private readonly closing$: Observable<unknown>;

  constructor(
    private readonly gate: Gate,
    private readonly store: Store,
    private readonly options: AdmissionOptions<S>,
  ) {
    this.closing$ = options.closing$ ?? NEVER;
    this.countSaved =
      filesWanted(options) === Infinity
        ? identity
        : tap(({ type }) => {
            if (type === 'received') gate.saved();
          });
  }

  /** If anything throws, this connection alone fails. */
  admit(newcomer: Newcomer<S>): Observable<Arrival> {
    try {
      return this.admitOrThrow(newcomer);
    } catch (error) {
      return of(failToBegin(newcomer, error));
    }
  }

  private admitOrThrow(newcomer: Newcomer<S>): Observable<Arrival> {
    const { outOfFiles, proxyHeaders } = this.options;
    const { sender } = newcomer;
    if (outOfFiles?.(sender)) return of(refuse(newcomer, 'OPEN_FILES'));
    return proxyHeaders && this.gate.isProxy(sender.peer)
      ? this.enterBehindProxy(newcomer, proxyHeaders.readHeader)
      : this.enter(newcomer, proxyHeaders?.refuseHeader);
  }

  /** The address of a proxy does not count: the sender behind it is admitted, or not, after its header. */
  private enterBehindProxy(newcomer: Newcomer<S>, readHeader: ReadStart<S>): Observable<Arrival> {
    const refusal = this.gate.refusalOfAny();
    if (refusal !== undefined) return of(refuse(newcomer, refusal));
    const leave = this.gate.enter();
    return this.readStart(newcomer, leave, readHeader, (behind) => {
      leave();
      try {
        return this.enter(behind);
      } catch (error) {
        return of(failToBegin(behind, error));
      }
    });
  }

  private enter(newcomer: Newcomer<S>, readStart?: ReadStart<S>): Observable<Arrival> {
    const { peer } = newcomer.sender;
    const refusal = this.gate.refusal(peer);
    if (refusal !== undefined) return of(refuse(newcomer, refusal));
    const leave = this.gate.enter(peer);
    return readStart
      ? this.readStart(newcomer, leave, readStart, (read) => this.secureOrBegin(read, leave))
      : this.secureOrBegin(newcomer, leave);
  }

  /** Reads the start of a connection that has its place. */
  private readStart(
    newcomer: Newcomer<S>,
    leave: Leave,
    read: ReadStart<S>,
    proceed: (newcomer: Newcomer<S>) => Observable<Arrival>,
  ): Observable<Arrival> {
    const { sender, connection } = newcomer;
    return defer(() => read(sender)).pipe(
      map((sender) => () => proceed({ sender, connection })),
      catchError((error: unknown) =>
        of(() => {
          leave();
          return of(refuse(newcomer, 'PROXY', error));
        }),
      ),
      // Behind `catchError`, because an error of what follows is no error of the header.
      mergeMap((next) => next()),
      takeUntil(this.closing$),
    );
  }

  private secureOrBegin(newcomer: Newcomer<S>, leave: Leave): Observable<Arrival> {
    const { handshake } = this.options;
    return handshake ? this.secure(newcomer, leave, handshake) : of(this.begin(newcomer, leave));
  }

  private secure(
    newcomer: Newcomer<S>,
    leave: Leave,
    handshake: (sender: S) => Observable<Sender>,
  ): Observable<Arrival> {
    const { sender, connection } = newcomer;
    const { idleTimeout: due = IDLE_TIMEOUT_MS } = this.options;
    return defer(() => handshake(sender)).pipe(
      take(1),
      throwIfEmpty(() => new TlsError()),
      idleTimeout(due, this.options),
      map((secured) => this.beginIfNamed({ sender: secured, connection }, leave)),
      catchError((error: unknown) => {
        leave();
        return of(refuse(newcomer, 'TLS', error));
      }),
      takeUntil(this.closing$),
    );
  }

  private beginIfNamed(newcomer: Newcomer<Sender>, leave: Leave): Arrival {
    const { admitsClient } = this.options;
    if (admitsClient === undefined || admitsClient(newcomer.sender.client))
      return this.begin(newcomer, leave);
    leave();
    return refuse(newcomer, 'TLS_NAME');
  }

  private begin(newcomer: Newcomer<Sender>, leave: Leave): Arrival {
    const { sender, connection } = newcomer;
    try {
      const origin = originOf(newcomer);
      const part = this.store.begin(origin);
      const received$ = receive(sender, part, this.options, connection);
      return {
        firstEvent$: reportOpened(origin, part),
        transfer$: received$.pipe(this.countSaved, finalize(leave)),
      };
    } catch (error) {
      leave();
      return failToBegin(newcomer, asStoreError(error));
    }
  }
}

function refuse(newcomer: Newcomer<Sender>, reason: Refused['reason'], error?: unknown): Arrival {
  newcomer.sender.abort();
  return reportOnly(reportRefused(originOf(newcomer), reason, error));
}

function failToBegin(newcomer: Newcomer<Sender>, error: unknown): Arrival {
  newcomer.sender.abort();
  return reportOnly(reportNotBegun(originOf(newcomer), error));
}

const originOf = ({ sender: { peer, client }, connection }: Newcomer<Sender>): Origin => ({
  connection,
  peer,
  client,
});

const reportOnly = (event: ServerFact): Arrival => ({ firstEvent$: of(event), transfer$: EMPTY });
