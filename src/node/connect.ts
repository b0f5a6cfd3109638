import { constants } from 'node:os';
import { isIPv6, type Socket, type TcpSocketConnectOpts } from 'node:net';
import {
  BehaviorSubject,
  concat,
  defer,
  distinctUntilChanged,
  EMPTY,
  first,
  ignoreElements,
  map,
  Observable,
  repeat,
  switchMap,
  take,
  timer,
} from 'rxjs';
import { ResetError } from '../errors.js';
import { afterPoll$ } from './afterPoll.js';
import { clientHandshake } from './clientHandshake.js';
import { type Connection, endpoint, reset, SocketConnection } from './connection.js';
import { descriptor, newSocket, pendingBytes } from './handle.js';
import { type Incoming, landing } from './incoming.js';
import { TLS_READ } from './securing.js';
import type { ClientTls } from './tls.js';
import { unacknowledgedBytes } from './unacknowledged.js';

/** Whom to connect to, and how. */
export interface ConnectOptions {
  /** A numeric address; names are looked up before. */
  address: string;
  /** From 1 to 65,535. */
  port: number;
  /** Bytes that may wait in this process before the uplink says it is full. */
  highWaterMark?: number;
  /** The connection is of TLS, and emitted once it is secured. */
  tls?: ClientTls | undefined;
}

/** A connection that is written to. */
export interface Uplink extends Connection {
  /** Whether it has had enough: `false` at first and at each `drain`, `true` when a write says so. Errors when it breaks. */
  readonly full$: Observable<boolean>;
  /** Takes a chunk at once; the chunk has to stay as it is until the uplink has drained. */
  write(chunk: Uint8Array): void;
  /** Bytes our kernel has taken so far. */
  taken(): number;
  /** Bytes it has still to take. */
  pending(): number;
  /** Emits once how many bytes the peer's kernel has not acknowledged yet, `undefined` if the system does not show it. */
  readonly unacknowledged$: Observable<number | undefined>;
  /**
   * Completes once our kernel has taken all that was written, and what the peer had sent by then has come
   * by `bytes$`: an end that has not come by now is none before our own.
   */
  readonly flushed$: Observable<never>;
  /**
   * Completes once leaving takes nothing back: the peer's kernel has acknowledged the last byte. A peer
   * that sends something that nobody reads makes our close a reset, which discards what is on its way, so
   * one that has sent anything has to be silent for 10 s before, and so has one whose acknowledgements the
   * system does not show. Read its bytes meanwhile; its end makes leaving safe, too.
   */
  readonly leavable$: Observable<never>;
}

/**
 * Connects to an address, and stays subscribed to the connection.
 *
 * Emits once it is connected and completes when the connection is closed, however that came: what goes
 * wrong by then is told by the uplink's bytes. Unsubscribing aborts it, so whoever uses the uplink does
 * that inside this subscription (no `take(1)`). A peer that is gone without a word is noticed by TCP
 * keep-alive, after some 20 s of silence.
 *
 *     connect({ address, port })  ---U------|
 *     refused                     ---#
 *
 * Not for names: look them up before (`lookup`), and try one address after the other.
 *
 * @throws the socket's own error, with its `code` (`ECONNREFUSED` …), when it cannot connect. A connection
 * that reaches itself, as the system makes one of a port of its own choice that nobody listens on, is refused.
 * @throws TlsError when there is no handshake, or the server is not to be trusted
 * @example
 * ```ts
 * import { concat, defer, merge, mergeMap, switchMap, take } from 'rxjs';
 * import { connect, listen } from 'rxdrop/node';
 *
 * const ask = (port: number) =>
 *   connect({ address: '127.0.0.1', port }).pipe(
 *     switchMap((uplink) => {
 *       uplink.write(Buffer.from('ping'));
 *       return concat(
 *         defer(() => uplink.end()),
 *         uplink.bytes$,
 *       );
 *     }),
 *   );
 *
 * listen({ port: 0 })
 *   .pipe(
 *     switchMap(({ address, connections$ }) => {
 *       const answers$ = connections$.pipe(mergeMap((connection) => connection.end('pong')));
 *       return merge(answers$, ask(address.port));
 *     }),
 *     take(1),
 *   )
 *   .subscribe((bytes) => console.log(new TextDecoder().decode(bytes)));
 * // → pong
 * ```
 * @see {@link listen}, the other side
 * @see `heldWhile`, which keeps a source from an uplink that is full
 * @category Creation
 */
export function connect({
  address,
  port,
  highWaterMark = 64 * 1024,
  tls,
}: ConnectOptions): Observable<Uplink> {
  return defer(() => {
    const secure = tls && clientHandshake(tls, highWaterMark);
    const connected$ = tcp({ port, host: address }, highWaterMark, secure && TLS_READ);
    return (secure ? connected$.pipe(switchMap(secure)) : connected$).pipe(
      map((incoming) => new SocketUplink(incoming, address, port)),
    );
  });
}

const tcp = (
  to: TcpSocketConnectOpts,
  highWaterMark: number,
  most?: number,
): Observable<Incoming> =>
  new Observable((subscriber) => {
    const incoming = landing(
      (onread) =>
        newSocket({
          ...{ allowHalfOpen: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS },
          ...{ onread, writableHighWaterMark: highWaterMark },
        }),
      most,
    );
    const { socket } = incoming;
    let connected = false;
    socket
      .on('connect', () => {
        if (reachesItself(socket)) {
          subscriber.error(refusal(to));
          return;
        }
        connected = true;
        subscriber.next(incoming);
      })
      .on('error', (cause) => {
        if (!connected) subscriber.error(cause);
      })
      .on('close', () => {
        subscriber.complete();
      })
      .connect(to);
    return () => {
      reset(socket);
    };
  });

/** Silence after which the system asks whether the peer is still there, ten times, a second apart. */
const KEEP_ALIVE_MS = 10_000;

const reachesItself = ({ localPort, remotePort, localAddress, remoteAddress }: Socket): boolean =>
  localPort === remotePort && localAddress === remoteAddress;

/** As the system says it of a port that nobody listens on. */
const refusal = ({ host = '', port }: TcpSocketConnectOpts): Error =>
  Object.assign(new Error(`connect ECONNREFUSED ${host}:${port}`), {
    ...{ code: 'ECONNREFUSED', errno: -constants.errno.ECONNREFUSED, syscall: 'connect' },
    ...{ address: host, port },
  });

class SocketUplink extends SocketConnection implements Uplink {
  private readonly fullness$ = new BehaviorSubject(false);
  private given = 0;
  /** Bytes of the handshake, which are none of the file. */
  private readonly before: number;

  constructor(
    incoming: Incoming,
    private readonly address: string,
    port: number,
  ) {
    super(incoming, endpoint(address, port));
    this.before = this.takenOnTcp();
    const broke = (cause?: unknown) => {
      this.fullness$.error(new ResetError({ cause }));
    };
    this.socket
      .on('drain', () => {
        this.fullness$.next(false);
      })
      .on('error', broke)
      .on('close', broke);
  }

  get full$(): Observable<boolean> {
    return this.fullness$;
  }

  write(chunk: Uint8Array): void {
    this.given += chunk.byteLength;
    if (!this.socket.write(chunk)) this.fullness$.next(true);
  }

  taken(): number {
    return this.given - this.pending();
  }

  pending(): number {
    if (this.tcp === this.socket) return pendingBytes(this.socket, this.given);
    if (this.socket.writableLength === 0) return 0;
    // A little of what was taken is no part of the file: something is pending until all is.
    return Math.max(1, this.given - this.takenOnTcp() + this.before);
  }

  get unacknowledged$(): Observable<number | undefined> {
    return unacknowledgedBytes(descriptor(this.tcp), isIPv6(this.address) ? 'IPv6' : 'IPv4');
  }

  get flushed$(): Observable<never> {
    const secured = this.tcp !== this.socket;
    return concat(
      this.written$,
      defer(() => {
        this.incoming.readNow?.();
        // What is read of TLS is decrypted within a turn.
        return secured ? afterPoll$.pipe(ignoreElements()) : EMPTY;
      }),
    );
  }

  get leavable$(): Observable<never> {
    return this.unacknowledged$.pipe(
      repeat({ delay: (asked) => timer(Math.min(asked * ASK_AGAIN_MS, LOOK_MS)) }),
      first((bytes) => bytes === undefined || bytes === 0),
      switchMap((bytes) => (bytes === 0 && !this.isTalkedTo() ? EMPTY : this.silence$)),
      ignoreElements(),
    );
  }

  /** TLS servers always send something of their own accord, and a reset behind `close_notify` discards nothing. */
  private isTalkedTo(): boolean {
    return this.tcp === this.socket && this.socket.bytesRead > 0;
  }

  private get silence$(): Observable<unknown> {
    return timer(0, LOOK_MS).pipe(
      map(() => this.tcp.bytesRead),
      distinctUntilChanged(),
      switchMap(() => timer(SILENCE_MS)),
      take(1),
    );
  }

  /** Nothing written at all waits behind the last of what was. */
  private get written$(): Observable<never> {
    const { socket } = this;
    return new Observable((subscriber) => {
      if (socket.writableLength === 0) subscriber.complete();
      else {
        socket.write(NOTHING, (cause) => {
          if (cause) subscriber.error(new ResetError({ cause }));
          else subscriber.complete();
        });
      }
    });
  }

  private takenOnTcp(): number {
    const { tcp } = this;
    return tcp.bytesWritten - pendingBytes(tcp, tcp.bytesWritten);
  }
}

const NOTHING = new Uint8Array(0);

/** Between two questions what is acknowledged: soon at first, since most peers are near. */
const ASK_AGAIN_MS = 10;
const LOOK_MS = 250;

/** Of a peer that is still there, although it has been told that we have ended. */
const SILENCE_MS = 10_000;
