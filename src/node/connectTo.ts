import { constants } from 'node:os';
import type { Socket, TcpSocketConnectOpts } from 'node:net';
import { defer, map, Observable, switchMap } from 'rxjs';
import { clientHandshake } from './clientHandshake.js';
import { reset } from './connection.js';
import { newSocket } from './socket.js';
import { type Incoming, landing } from './incoming.js';
import { TLS_READ_BYTES } from './secure.js';
import type { ClientTls } from './tls.js';
import { SocketUplink, type Uplink } from './uplink.js';

/** The address to connect to, and the options of the connection. */
export interface ConnectOptions {
  /** A numeric address; look names up before. */
  address: string;
  /** From 1 to 65,535. */
  port: number;
  /** Bytes that may wait in this process before the uplink is full. */
  highWaterMark?: number;
  /**
   * Uses TLS; the uplink is emitted after the handshake. Connections that are given the same object read its files
   * once, and resume the session of the one before.
   */
  tls?: ClientTls | undefined;
  /** The name of the server, for `tls` without a `servername`. */
  host?: string | undefined;
}

/**
 * Connects to an address, and keeps the connection while it is subscribed.
 *
 * Emits the uplink once it is connected, and completes when the connection is closed in any way. The uplink's `bytes$`
 * and `full$` report later errors. Unsubscribing aborts the connection, so use the uplink inside this
 * subscription (no `take(1)`). TCP keep-alive detects a peer that has disappeared, after some 20 s of silence.
 *
 *     connectTo({ address, port })  ---U------|
 *     refused                       ---#
 *
 * Not for host names: look them up before (`lookup`), and try one address after the other.
 *
 * @throws the socket's error, with its `code` (`ECONNREFUSED` …), if it cannot connect. A connection to itself
 * is refused: the system can make one if it chooses the destination port, on which nobody listens, as the local port.
 * @throws TlsError if the handshake fails, or the server's certificate is not trusted
 * @example
 * ```ts
 * import { concat, defer, merge, mergeMap, switchMap, take } from 'rxjs';
 * import { connectTo, listen } from 'rxdrop/node';
 *
 * const ask = (port: number) =>
 *   connectTo({ address: '127.0.0.1', port }).pipe(
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
 * @see `heldWhile`, which stops reading a source while an uplink is full
 * @category Creation
 */
export function connectTo({
  address,
  port,
  highWaterMark = 64 * 1024,
  tls,
  host = address,
}: ConnectOptions): Observable<Uplink> {
  return defer(() => {
    const secure = tls && clientHandshake(tls, { host, port, highWaterMark });
    const connected$ = connectTcp({ port, host: address }, highWaterMark, secure && TLS_READ_BYTES);
    return (secure ? connected$.pipe(switchMap(secure)) : connected$).pipe(
      map((incoming) => new SocketUplink(incoming, address, port)),
    );
  });
}

const connectTcp = (
  to: TcpSocketConnectOpts,
  highWaterMark: number,
  readSize?: number,
): Observable<Incoming> =>
  new Observable((subscriber) => {
    const incoming = landing(
      (onread) =>
        newSocket({
          ...{ allowHalfOpen: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS },
          ...{ onread, writableHighWaterMark: highWaterMark },
        }),
      readSize,
    );
    const { socket } = incoming;
    let connected = false;
    socket
      .on('connect', () => {
        if (reachesItself(socket)) {
          subscriber.error(refusedError(to));
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

/** After this silence the system sends a keep-alive probe, ten times, a second apart. */
const KEEP_ALIVE_MS = 10_000;

const reachesItself = ({ localPort, remotePort, localAddress, remoteAddress }: Socket): boolean =>
  localPort === remotePort && localAddress === remoteAddress;

/** The system's error for a port that nobody listens on. */
const refusedError = ({ host = '', port }: TcpSocketConnectOpts): Error =>
  Object.assign(new Error(`connect ECONNREFUSED ${host}:${port}`), {
    ...{ code: 'ECONNREFUSED', errno: -constants.errno.ECONNREFUSED, syscall: 'connect' },
    ...{ address: host, port },
  });
