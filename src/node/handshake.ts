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
 * @throws TlsError; at once, where the certificate and key cannot be used
 * @example
 * const secure = handshake({ cert, key });
 * connections$.pipe(mergeMap((accepted) => secure(accepted).pipe(mergeMap(receive), catchError(() => EMPTY))));
 * @see listen, whose `readSize` bounds what is decrypted for a reader that is held at its first byte
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
