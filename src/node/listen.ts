import { type AddressInfo, createServer, type Server } from 'node:net';
import { Observable } from 'rxjs';
import { ListenError } from '../errors.js';
import { type Accepted, endpoint, SocketConnection } from './connection.js';
import { newSocket, takeHandles } from './handle.js';
import { dataEvents, type Incoming, landing } from './incoming.js';

/** Where to listen, and how. */
export interface ListenOptions {
  /** 0 takes a free one; the listener tells which. */
  port: number;
  /** Address to bind; every interface, IPv6 and IPv4, without one. */
  host?: string | undefined;
  /** How a connection's bytes are read; `data` is the fall-back of Nodes that cannot land. */
  reading?: Reading;
  /** The most bytes of a read that lands; 2 MiB without it. */
  readSize?: number | undefined;
  /**
   * Milliseconds of silence after which the system asks a connection's peer whether it is still there
   * (TCP keep-alive); one that is gone is a reset some ten seconds later. Off without it, since it costs
   * some calls for each connection.
   */
  keepAlive?: number | undefined;
}

/** `landing`: all reads go into one buffer of the process. `data`: each has a buffer of its own. */
export type Reading = 'landing' | 'data';

/** A port that is listened to. */
export interface Listener {
  /** Its address and port, as Node tells them. */
  readonly address: AddressInfo;
  /** Connections in the order in which they were established; subscribe at once, unsubscribing closes the listener. */
  readonly connections$: Observable<Accepted>;
}

/**
 * Listens for TCP connections.
 *
 * Emits the listener once it listens, and completes when it is closed. Live connections outlast it:
 * whoever took one closes it. Nothing of a connection is read before its bytes are subscribed.
 *
 *     listen({ port })  ---L------------|
 *     connections$         -1-2--3---!
 *
 * Not for protocols that Node has a server for (HTTP): it emits bare connections.
 *
 * @throws ListenError when the port is in use or forbidden
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
  port,
  host,
  reading = 'landing',
  readSize,
  keepAlive,
}: ListenOptions): Observable<Listener> {
  return new Observable((subscriber) => {
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true });
    const close = () => {
      server.close();
      subscriber.complete();
    };
    server
      .on('error', (cause) => {
        subscriber.error(new ListenError(port, { cause }));
      })
      .listen({ port, host, backlog: BACKLOG }, () => {
        const address = server.address() as AddressInfo;
        subscriber.next({
          address,
          connections$: accepted(server, close, { reading, readSize, keepAlive }),
        });
      });
    return close;
  });
}

/** Connections that may wait to be accepted; the system caps it (Linux: net.core.somaxconn). */
const BACKLOG = 4096;

function accepted(
  server: Server,
  close: () => void,
  { reading, readSize, keepAlive }: Pick<ListenOptions, 'reading' | 'readSize' | 'keepAlive'>,
): Observable<Accepted> {
  return new Observable((subscriber) => {
    const take = (incoming: Incoming) => {
      const { remoteAddress, remotePort } = incoming.socket;
      if (keepAlive !== undefined) incoming.socket.setKeepAlive(true, keepAlive);
      subscriber.next(new SocketConnection(incoming, endpoint(remoteAddress, remotePort)));
    };
    server.on('connection', (socket) => {
      take(dataEvents(socket));
    });
    if (reading === 'landing') {
      takeHandles(server, (handle) => {
        take(
          landing(
            (onread) => newSocket({ handle, allowHalfOpen: true, manualStart: true, onread }),
            readSize,
          ),
        );
      });
    }
    return close;
  });
}
