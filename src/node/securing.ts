import { isIP } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { Observable } from 'rxjs';
import { ResetError, RxdropError, TlsError } from '../errors.js';
import { hasEnded } from './handle.js';
import { dataEvents, type Incoming } from './incoming.js';
import { checked, type ClientTls, type ServerTls, tls } from './tls.js';
import { Wire } from './wire.js';

/**
 * Shakes hands with a client over a connection that was accepted. Emits what takes the place of the
 * connection and completes; unsubscribing before that leaves the TCP socket as it is.
 *
 *     securingAccepted(files)(incoming)  ---S|
 *     a plain sender, no certificate …   ---#
 *
 * @throws TlsError
 */
export function securingAccepted(files: ServerTls): (incoming: Incoming) => Observable<Incoming> {
  const options = checked(files);
  const mutual = files.ca !== undefined;
  return (incoming) =>
    securing(incoming, (wire, secured, failed) => {
      // A server of its own for each connection: a shared one does not tell whose socket it emits.
      tls()
        .createServer({ ...options, requestCert: mutual, rejectUnauthorized: mutual })
        .on('secureConnection', secured)
        .on('tlsClientError', (error, socket) => {
          failed(refusal(socket) ?? error);
        })
        .emit('connection', wire);
    });
}

/** Shakes hands with a server, in the same way. */
export function securingConnected(
  { servername = '', ...files }: ClientTls,
  highWaterMark: number,
): (incoming: Incoming) => Observable<Incoming> {
  const options = checked(files);
  return (incoming) =>
    securing(incoming, (wire, secured, failed) => {
      const connecting = {
        ...options,
        socket: wire,
        host: servername,
        highWaterMark,
        // An address is no name to ask for, but it is one to find in a certificate.
        ...(isIP(servername) === 0 && { servername }),
      };
      const socket = tls().connect(connecting);
      socket
        .on('secureConnect', () => {
          secured(socket);
        })
        .on('error', failed)
        .on('close', () => {
          failed(new Error('it was closed'));
        });
    });
}

type Start = (
  wire: Wire,
  secured: (socket: TLSSocket) => void,
  failed: (cause?: unknown) => void,
) => void;

function securing(incoming: Incoming, start: Start): Observable<Incoming> {
  return new Observable((subscriber) => {
    const wire = new Wire(incoming);
    let handedOn = false;
    wire.on('error', (cause) => {
      subscriber.error(new TlsError({ cause }));
    });
    // A TLS socket waits for what does not come, where the peer has ended.
    wire.on('end', () => {
      subscriber.error(new TlsError({ cause: new Error('ended in the midst of the handshake') }));
    });
    start(
      wire,
      (socket) => {
        handedOn = true;
        subscriber.next({ ...decrypted(socket, wire), tcp: incoming.socket });
        subscriber.complete();
      },
      (cause) => {
        subscriber.error(new TlsError({ cause }));
      },
    );
    return () => {
      if (!handedOn) wire.destroy();
    };
  });
}

/** Node knows by then why it does not trust the client, and tells only that it hung up. */
const refusal = ({ authorizationError }: TLSSocket): Error | undefined => {
  const reason: unknown = authorizationError;
  return typeof reason === 'string' ? new Error(reason) : undefined;
};

/**
 * The bytes in the clear. They end by the peer's word alone: a FIN in the place of its `close_notify`
 * may be anybody's.
 */
function decrypted(socket: TLSSocket, wire: Wire): Incoming {
  let cut = false;
  // Node's own listener would have the TLS socket end, with or without that word.
  wire.prependListener('end', () => {
    cut = !hasEnded(socket);
  });
  wire.on('error', () => {
    socket.destroy();
  });
  return dataEvents(socket, {
    atEnd: () =>
      cut ? new TlsError({ cause: new Error('cut off without close_notify') }) : undefined,
    broken: (cause) => failureOf(wire, cause),
  });
}

function failureOf(wire: Wire, cause: unknown): RxdropError {
  if (wire.errored instanceof RxdropError) return wire.errored;
  // A socket that closes tells no more than whether it has erred.
  return typeof cause === 'object' ? new TlsError({ cause }) : new ResetError();
}
