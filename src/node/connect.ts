import type { TcpSocketConnectOpts } from 'node:net';
import {
  BehaviorSubject,
  defer,
  EMPTY,
  ignoreElements,
  interval,
  map,
  Observable,
  switchMap,
  takeWhile,
} from 'rxjs';
import { ResetError } from '../errors.js';
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
  /** Bytes the peer's kernel has not acknowledged yet, where the system shows it. */
  unacknowledged(): number | undefined;
  /**
   * Completes once nothing that was sent is taken back by leaving. Our kernel goes on by itself with plain
   * bytes; with those of TLS it does not, because the server sends of its own accord (session tickets), and
   * bytes that nobody reads make the close a reset.
   */
  readonly leavable$: Observable<never>;
}

/**
 * Connects to an address, and stays subscribed to the connection.
 *
 * Emits once it is connected and completes when the connection is closed, however that came: what goes
 * wrong by then is told by the uplink's bytes. Unsubscribing aborts it, so whoever uses the uplink does
 * that inside this subscription (no `take(1)`).
 *
 *     connect({ address, port })  ---U------|
 *     refused                     ---#
 *
 * Not for names: look them up before (`lookup`), and try one address after the other.
 *
 * @throws the socket's own error, with its `code` (`ECONNREFUSED` …), when it cannot connect
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
      map((incoming) => new SocketUplink(incoming, endpoint(address, port))),
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
      (onread) => newSocket({ allowHalfOpen: true, onread, writableHighWaterMark: highWaterMark }),
      most,
    );
    const { socket } = incoming;
    let connected = false;
    socket
      .on('connect', () => {
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

class SocketUplink extends SocketConnection implements Uplink {
  private readonly fullness$ = new BehaviorSubject(false);
  private given = 0;
  /** Bytes of the handshake, which are none of the file. */
  private readonly before: number;

  constructor(incoming: Incoming, peer: string) {
    super(incoming, peer);
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

  unacknowledged(): number | undefined {
    return unacknowledgedBytes(descriptor(this.tcp));
  }

  get leavable$(): Observable<never> {
    if (this.tcp === this.socket) return EMPTY;
    return interval(ASK_AGAIN).pipe(
      map(() => this.unacknowledged() ?? 0),
      takeWhile((bytes) => bytes > 0),
      ignoreElements(),
    );
  }

  private takenOnTcp(): number {
    const { tcp } = this;
    return tcp.bytesWritten - pendingBytes(tcp, tcp.bytesWritten);
  }
}

/** Milliseconds. */
const ASK_AGAIN = 10;
