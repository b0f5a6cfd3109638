import { type AddressInfo, createServer, type Server } from 'node:net';
import { Observable } from 'rxjs';
import { ListenError } from '../errors.js';
import { endpoint } from '../peer.js';
import { type Accepted, SocketConnection } from './connection.js';
import { peerOf, takeHandles } from './handle.js';
import { acceptedOf } from './handleConnection.js';
import { dataEvents } from './incoming.js';

/** The address to listen on, and the options of its connections. */
export interface ListenOptions {
  /**
   * 0 selects a free port; the listener has its number. `{ fd }` is a TCP socket that this process has inherited,
   * bound and perhaps listening, such as the one that systemd passes.
   */
  port: number | { readonly fd: number };
  /** The address to bind; all interfaces, IPv6 and IPv4, by default. An inherited socket has its own. */
  host?: string | undefined;
  /** How bytes are read. `data` is the fall-back for versions of Node without `landing`. */
  reading?: Reading;
  /** The maximum bytes of a `landing` read; 2 MiB by default. */
  readSize?: number | undefined;
  /**
   * Milliseconds of silence after which the system probes the peer (TCP keep-alive). If the peer has disappeared,
   * the connection errors with a ResetError some ten seconds later. Off by default, because it costs some
   * system calls per connection.
   */
  keepAlive?: number | undefined;
}

/** `landing`: all reads use one buffer of the process. `data`: each read has its own buffer. */
export type Reading = 'landing' | 'data';

/** A listening socket. */
export interface Listener {
  /** Its address and port. */
  readonly address: AddressInfo;
  /** Connections in the order in which they were established. Subscribe at once; unsubscribing closes the listener. */
  readonly connections$: Observable<Accepted>;
}

/**
 * Listens for TCP connections.
 *
 * Emits the listener once it listens, and completes when it is closed. Connections stay open after that: the code
 * that received a connection closes it. No bytes of a connection are read before `bytes$` is subscribed.
 *
 *     listen({ port })  ---L------------|
 *     connections$         -1-2--3---!
 *
 * Not for protocols for which Node has a server (HTTP): it emits plain connections.
 *
 * @throws ListenError if the port is in use or forbidden, or the descriptor is no TCP socket that can listen
 * @example
 * ```ts
 * import { merge, mergeMap, switchMap, take } from 'rxjs';
 * import { connectTo, listen } from 'rxdrop/node';
 *
 * listen({ port: 0 })
 *   .pipe(
 *     switchMap(({ address, connections$ }) =>
 *       merge(
 *         connections$.pipe(mergeMap((connection) => connection.end('hello'))),
 *         connectTo({ address: '127.0.0.1', port: address.port }).pipe(
 *           switchMap((uplink) => uplink.bytes$),
 *         ),
 *       ),
 *     ),
 *     take(1),
 *   )
 *   .subscribe((bytes) => console.log(new TextDecoder().decode(bytes)));
 * // → hello
 * ```
 * @see {@link connectTo}, the other side
 * @category Creation
 */
export function listen({
  reading = 'landing',
  readSize,
  keepAlive,
  ...endpoint
}: ListenOptions): Observable<Listener> {
  const options = { reading, readSize, keepAlive };
  return listenWith(endpoint, (server, close) => accept(server, close, options));
}

/** Listens, and has `accept` take the connections; unsubscribing these calls `close`. */
export function listenWith<T>(
  { port, host }: Pick<ListenOptions, 'port' | 'host'>,
  accept: (server: Server, close: () => void) => Observable<T>,
): Observable<{ readonly address: AddressInfo; readonly connections$: Observable<T> }> {
  return new Observable((subscriber) => {
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true });
    const close = () => {
      server.close();
      subscriber.complete();
    };
    server
      .on('error', (cause) => {
        subscriber.error(new ListenError(port, { cause, host }));
      })
      .listen(
        { ...(typeof port === 'number' ? { port, host } : port), backlog: BACKLOG_CONNECTIONS },
        () => {
          const address = server.address();
          if (!isTcpAddress(address)) {
            subscriber.error(new ListenError(port, { cause: new Error('it is not a TCP socket') }));
            return;
          }
          subscriber.next({ address, connections$: accept(server, close) });
        },
      );
    return close;
  });
}

/** A UNIX socket has no port. */
const isTcpAddress = (address: AddressInfo | string | null): address is AddressInfo =>
  typeof address === 'object' && address !== null && 'port' in address;

/** Connections that may wait to be accepted; the system limits it further (Linux: net.core.somaxconn). */
const BACKLOG_CONNECTIONS = 4096;

function accept(
  server: Server,
  close: () => void,
  { reading, readSize, keepAlive }: Pick<ListenOptions, 'reading' | 'readSize' | 'keepAlive'>,
): Observable<Accepted> {
  return new Observable((subscriber) => {
    const take = (accepted: Accepted) => {
      if (keepAlive !== undefined) accepted.incoming.socket.setKeepAlive(true, keepAlive);
      subscriber.next(accepted);
    };
    server.on('connection', (socket) => {
      const { remoteAddress, remotePort } = socket;
      take(new SocketConnection(dataEvents(socket), endpoint(remoteAddress, remotePort)));
    });
    if (reading === 'landing') {
      takeHandles(server, (handle) => {
        const { address, port } = peerOf(handle);
        take(acceptedOf(handle, endpoint(address, port), readSize));
      });
    }
    return close;
  });
}
