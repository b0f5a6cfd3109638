import { EventEmitter } from 'node:events';
import type { Server, TLSSocket } from 'node:tls';
import { map, type Observable } from 'rxjs';
import { type Accepted, type Connection, SocketConnection } from './connection.js';
import { identityOf } from './identity.js';
import { securing } from './securing.js';
import { checked, tls as nodeTls, type ServerTls } from './tls.js';

/**
 * Makes a connection of TLS out of one that was accepted, by shaking hands with its client.
 *
 * Emits it once it is secured, with the identity of a client that has to have a certificate, and completes.
 * Whatever comes before that, unsubscribing too, ends the connection with an RST. Nobody is waited for
 * longer than two minutes; `timeout` asks for less.
 *
 *     handshake(tls)(accepted)            ---S|
 *     a plain sender, no certificate …    ---#
 *
 * Not for the client's side: that is an option of `connect`.
 *
 * @param tls The certificate and key of this side; with `ca`, clients need a certificate of that authority.
 * @returns What shakes hands over one connection.
 * @throws TlsError at once where the certificate and key cannot be used, later where hands are not shaken
 * @example
 * ```ts
 * import { catchError, EMPTY, mergeMap, switchMap } from 'rxjs';
 * import { RxdropError } from 'rxdrop';
 * import { handshake, listen, type ServerTls } from 'rxdrop/node';
 *
 * const secured = (port: number, tls: ServerTls) => {
 *   const secure = handshake(tls);
 *   return listen({ port, readSize: 65_536 }).pipe(
 *     switchMap(({ connections$ }) => connections$),
 *     // Who fails at it is one connection, and not the last.
 *     mergeMap((accepted) => secure(accepted).pipe(catchError(() => EMPTY))),
 *   );
 * };
 *
 * try {
 *   secured(5000, { cert: 'no certificate', key: 'no key' });
 * } catch (error) {
 *   console.log(error instanceof RxdropError && error.code);
 * }
 * // → TLS
 * ```
 * @see {@link listen}, whose `readSize` bounds what is decrypted for a reader that is held at its first byte
 * @category Creation
 */
export function handshake(tls: ServerTls): (accepted: Accepted) => Observable<Connection> {
  const mutual = tls.ca !== undefined;
  const options = { ...checked(tls), requestCert: mutual, rejectUnauthorized: mutual };
  const server = nodeTls().createServer(options);
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
    }).pipe(
      map((secured) => {
        const certificate = secured.socket.getPeerX509Certificate();
        return new SocketConnection(secured, peer, certificate && identityOf(certificate));
      }),
    );
}

/** Node knows by then why it does not trust the client, and tells only that it hung up. */
const refusal = ({ authorizationError }: TLSSocket): Error | undefined => {
  const reason: unknown = authorizationError;
  return typeof reason === 'string' ? new Error(reason) : undefined;
};
