import { EventEmitter } from 'node:events';
import type { Server, TLSSocket } from 'node:tls';
import { map, type Observable } from 'rxjs';
import { type Accepted, type Connection, SocketConnection } from './connection.js';
import { identityOf } from './identityOf.js';
import { secure } from './secure.js';
import { checkTls, tls as nodeTls, type ServerTls } from './tls.js';

/**
 * Makes the TLS handshake with the client of an accepted connection.
 *
 * Emits the secured connection, with the identity in the certificate of the client if it needs one, and completes.
 * After an error, or if it is unsubscribed before, the connection ends with an RST. A handshake fails after two
 * minutes; use `timeout` for less.
 *
 *     handshake(tls)(accepted)         ---S|
 *     a plain sender, no certificate   ---#
 *
 * Not for the client's side: that is an option of `connectTo`.
 *
 * @param tls the certificate and key of this side; with `ca`, clients need a certificate of that authority
 * @returns a function that makes the handshake over one connection
 * @throws TlsError at once if the certificate and key cannot be used, from the Observable if a handshake fails
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
 *     // A failed handshake ends one connection only.
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
 * @see {@link listen}, whose `readSize` limits the bytes that are decrypted while the reader is held
 * @category Creation
 */
export function handshake(tls: ServerTls): (accepted: Accepted) => Observable<Connection> {
  const mutual = tls.ca !== undefined;
  const options = {
    ...checkTls(tls),
    ...{ requestCert: mutual, rejectUnauthorized: mutual },
    ...(tls.ticketKeys && { ticketKeys: Buffer.from(tls.ticketKeys) }),
  };
  const server = nodeTls().createServer(options);
  return ({ incoming, peer }) =>
    secure(incoming, (wire, secured, fail) => {
      const listeners = new EventEmitter()
        .on('secureConnection', secured)
        .on('tlsClientError', (error: Error, socket: TLSSocket) => {
          fail(verificationError(socket) ?? error);
        });
      // Node's server does not report to which connection a socket belongs, and a new server would read its
      // certificates again. This object shares everything with the server except its listeners.
      const own = Object.create(server) as Server;
      own.emit('connection', wire);
      own.emit = listeners.emit.bind(listeners);
    }).pipe(
      map((secured) => {
        const certificate = secured.socket.getPeerX509Certificate();
        return new SocketConnection(secured, peer, certificate && identityOf(certificate));
      }),
    );
}

/** Why Node does not trust the client; its own error only reports that the connection was closed. */
const verificationError = ({ authorizationError }: TLSSocket): Error | undefined => {
  const reason: unknown = authorizationError;
  return typeof reason === 'string' ? new Error(reason) : undefined;
};
