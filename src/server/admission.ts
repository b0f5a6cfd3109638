import {
  catchError,
  defer,
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
import { asStoreError } from '../asStoreError.js';
import { ShutdownError, TlsError } from '../errors.js';
import type { Identity } from '../identity.js';
import { idleTimeout, type IdleTimeoutOptions } from '../operators/index.js';
import type { Origin } from '../store/store.js';
import type { Refused, ServerFact } from './events.js';
import type { Gate } from './gate.js';
import { filesWanted, type Lifetime } from './lifetime.js';
import { IDLE_TIMEOUT_MS, type Limits } from './limits.js';
import { type Arrival, failToBegin, type Newcomer, orFail, originOf, refuse } from './newcomer.js';
import type { Guest } from './receive.js';

/** Begins the transfer of an admitted sender. A throw fails that connection only. */
export type Begin<T extends Guest> = (sender: T, origin: Origin) => Arrival;

export interface AdmissionOptions<S extends T, T extends Guest>
  extends Lifetime, IdleTimeoutOptions, Pick<Limits, 'idleTimeout'> {
  begin: Begin<T>;
  /**
   * Runs the handshake of an admitted sender, and emits the secured sender. Without it, senders are received
   * over plain TCP. If it errors or is unsubscribed first, the connection ends with an RST.
   */
  handshake?: ((sender: S) => Observable<T>) | undefined;
  /** Reads the start of connections, if some come from a proxy (`isProxy`). Its errors refuse the sender. */
  proxyHeaders?: ProxyHeaders<S> | undefined;
  /** Whether a client may send, after its handshake. */
  admitsClient?: ((client: Identity | undefined) => boolean) | undefined;
  /** Whether the open-files limit is so close that this sender cannot be served. */
  outOfFiles?: ((sender: S) => boolean) | undefined;
  /**
   * Emits when the stop begins. It ends handshakes and PROXY headers, because a connection in its handshake is no
   * transfer in flight.
   */
  closing$?: Observable<unknown>;
  /** Errors when transfers in flight have to end. */
  abort$?: Observable<never>;
}

export interface ProxyHeaders<S extends Guest> {
  /** Emits the sender behind a proxy, with its own address. */
  readHeader: ReadStart<S>;
  /** Emits a sender that is not behind a proxy. */
  refuseHeader: ReadStart<S>;
}

type ReadStart<S extends Guest> = (sender: S) => Observable<S>;

/** Gives the place of an admitted connection back. */
type Leave = () => void;

/** A connection that is admitted, before it has a part. */
interface Place<S extends Guest> {
  readonly newcomer: Newcomer<S>;
  readonly leave: Leave;
  /** Ends its wait. If it errors, that is reported. */
  readonly until$: Observable<unknown>;
}

/**
 * The way of one connection to its transfer: its place, its PROXY header, its handshake, the name of its client, its
 * part. A connection that is refused on the way gets an RST, and gives its place back.
 *
 *     sender           -1--2------
 *     handshake          --2|
 *     admit            -1----2        or the event `refused`
 */
export class Admission<S extends T, T extends Guest> {
  private readonly countSaved: MonoTypeOperatorFunction<ServerFact>;
  private readonly closing$: Observable<unknown>;

  constructor(
    private readonly gate: Gate,
    private readonly options: AdmissionOptions<S, T>,
  ) {
    this.closing$ = options.closing$ ?? NEVER;
    this.countSaved =
      filesWanted(options) === Infinity
        ? identity
        : tap(({ type }) => {
            if (type === 'received') gate.saved();
          });
  }

  admit(newcomer: Newcomer<S>): Observable<Arrival> {
    return orFail(newcomer, () => {
      const { outOfFiles, proxyHeaders } = this.options;
      const { sender } = newcomer;
      if (outOfFiles?.(sender)) return of(refuse(newcomer, 'OPEN_FILES'));
      return proxyHeaders && this.gate.isProxy(sender.peer)
        ? this.enterBehindProxy(newcomer, proxyHeaders.readHeader)
        : this.enter(newcomer, proxyHeaders?.refuseHeader);
    });
  }

  /** The address of a proxy does not count: the sender behind it is admitted, or not, after its header. */
  private enterBehindProxy(newcomer: Newcomer<S>, readHeader: ReadStart<S>): Observable<Arrival> {
    const refusal = this.gate.refusalOfAny();
    if (refusal !== undefined) return of(refuse(newcomer, refusal));
    const leave = this.gate.enter();
    return this.readStart({ newcomer, leave, until$: this.closing$ }, readHeader, (behind) => {
      leave();
      return orFail(behind, () => this.enter(behind));
    });
  }

  /** A sender that is not behind a proxy is in flight from its start, so the drain is for it, too. */
  private enter(newcomer: Newcomer<S>, readStart?: ReadStart<S>): Observable<Arrival> {
    const { peer } = newcomer.sender;
    const refusal = this.gate.refusal(peer);
    if (refusal !== undefined) return of(refuse(newcomer, refusal));
    const leave = this.gate.enter(peer);
    if (!readStart) return this.secureOrBegin(newcomer, leave);
    const place = { newcomer, leave, until$: this.options.abort$ ?? NEVER };
    return this.readStart(place, readStart, (read) => this.secureOrBegin(read, leave));
  }

  private readStart(
    place: Place<S>,
    read: ReadStart<S>,
    proceed: (newcomer: Newcomer<S>) => Observable<Arrival>,
  ): Observable<Arrival> {
    const { sender, connection } = place.newcomer;
    const read$ = defer(() => read(sender));
    return hold(place, read$, 'PROXY', (sender) => proceed({ sender, connection }));
  }

  private secureOrBegin(newcomer: Newcomer<S>, leave: Leave): Observable<Arrival> {
    const { handshake } = this.options;
    return handshake ? this.secure(newcomer, leave, handshake) : of(this.begin(newcomer, leave));
  }

  private secure(
    newcomer: Newcomer<S>,
    leave: Leave,
    handshake: (sender: S) => Observable<T>,
  ): Observable<Arrival> {
    const { sender, connection } = newcomer;
    const { idleTimeout: due = IDLE_TIMEOUT_MS } = this.options;
    const secured$ = defer(() => handshake(sender)).pipe(
      take(1),
      throwIfEmpty(() => new TlsError()),
      idleTimeout(due, this.options),
    );
    return hold({ newcomer, leave, until$: this.closing$ }, secured$, 'TLS', (sender) =>
      of(this.begin({ sender, connection }, leave)),
    );
  }

  private begin(newcomer: Newcomer<T>, leave: Leave): Arrival {
    const { sender } = newcomer;
    try {
      if (this.options.admitsClient?.(sender.client) === false) {
        leave();
        return refuse(newcomer, 'TLS_NAME');
      }
      const { firstEvent$, transfer$ } = this.options.begin(sender, originOf(newcomer));
      return { firstEvent$, transfer$: transfer$.pipe(this.countSaved, finalize(leave)) };
    } catch (error) {
      leave();
      return failToBegin(newcomer, asStoreError(error));
    }
  }
}

/**
 * Waits for what has to precede the next step of a sender. If that never comes, because the server stops or is
 * unsubscribed, the sender gets an RST and gives its place back; also if the stop came before the sender.
 */
const hold = <S extends Guest, T>(
  { newcomer, leave, until$ }: Place<S>,
  wait$: Observable<T>,
  reason: Refused['reason'],
  proceed: (value: T) => Observable<Arrival>,
): Observable<Arrival> =>
  defer(() => {
    let proceeds = false;
    const giveUp = (error: unknown) => {
      leave();
      return error instanceof ShutdownError
        ? failToBegin(newcomer, error)
        : refuse(newcomer, reason, error);
    };
    const waited$ = wait$.pipe(takeUntil(until$));
    return waited$.pipe(
      map((value) => () => proceed(value)),
      catchError((error: unknown) => of(() => of(giveUp(error)))),
      tap(() => {
        proceeds = true;
      }),
      finalize(() => {
        if (proceeds) return;
        newcomer.sender.abort();
        leave();
      }),
      // Behind `catchError`, because an error of the next step is no error of this one.
      mergeMap((next) => next()),
    );
  });
