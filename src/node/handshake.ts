import { EventEmitter } from 'node:events';
import type { Server, TLSSocket } from 'node:tls';
import { map, type Observable } from 'rxjs';
import { type Accepted, type Connection, SocketConnection } from './connection.js';
import { securing } from './securing.js';
import { checked, type ServerTls, tls } from './tls.js';

/**
 * Makes a connection of TLS out of one that was accepted, by shaking hands with its client.
 *
 * Emits it once it is secured, and completes. Whatever comes before that, unsubscribing too, ends the
 * connection with an RST. Nobody waits for it longer than two minutes; ask for less by a timeout.
 *
 *     handshake(tls)(accepted)            ---S|
 *     a plain sender, no certificate …    ---#
 *
 * Not for the stream of all connections at once: who fails would end it for the others. Catch the error on
 * each.
 *
 * @param files the certificate and key; with `ca`, clients need a certificate of that authority
 * @throws TlsError when there is no handshake; at once, where the certificate and key cannot be used
 * @example
 * ```ts
 * import { readFileSync } from 'node:fs';
 * import { catchError, EMPTY, merge, mergeMap, switchMap, take } from 'rxjs';
 * import { connect, handshake, listen } from 'rxdrop/node';
 *
 * const secure = handshake({ cert: readFileSync('server.pem'), key: readFileSync('server.key') });
 * const tls = { ca: readFileSync('ca.pem'), servername: 'localhost' };
 *
 * listen({ port: 0 })
 *   .pipe(
 *     switchMap(({ address, connections$ }) =>
 *       merge(
 *         connections$.pipe(
 *           mergeMap((accepted) => secure(accepted).pipe(catchError(() => EMPTY))),
 *           mergeMap((connection) => connection.end('hello')),
 *         ),
 *         connect({ address: '127.0.0.1', port: address.port, tls }).pipe(
 *           switchMap((uplink) => uplink.bytes$),
 *         ),
 *       ),
 *     ),
 *     take(1),
 *   )
 *   .subscribe((bytes) => console.log(new TextDecoder().decode(bytes)));
 * // → hello
 * ```
 * @see {@link listen}, whose `readSize` bounds what is decrypted for a reader that is held at its first byte
 * @category Creation
 */
export function handshake(files: ServerTls): (accepted: Accepted) => Observable<Connection> {
  const mutual = files.ca !== undefined;
  const options = { ...checked(files), requestCert: mutual, rejectUnauthorized: mutual };
  const server = tls().createServer(options);
  return ({ incoming, peer }) =>
    securing(incoming, (wire, secured, failed) => {
      const ears = new EventEmitter()
        .on('secureConnection', secured)
        .on('tlsClientError', (error: Error, socket: TLSSocket) => {
          failed(refusal(socket) ?? error);
        });
      // Node's server does not say whose socket it emits, and one made anew reads its certificates each
      // time: this one shares all with the others but its listeners.
      const own = Object.create(server) as Server;
      own.emit('connection', wire);
      own.emit = ears.emit.bind(ears);
    }).pipe(map((secured) => new SocketConnection(secured, peer)));
}

/** Node knows by then why it does not trust the client, and tells only that it hung up. */
const refusal = ({ authorizationError }: TLSSocket): Error | undefined => {
  const reason: unknown = authorizationError;
  return typeof reason === 'string' ? new Error(reason) : undefined;
};
