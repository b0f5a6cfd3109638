import type { TLSSocket } from 'node:tls';
import { Observable } from 'rxjs';
import { ResetError, RxdropError, TlsError } from '../errors.js';
import { reset } from './connection.js';
import { decrypted } from './decrypted.js';
import { hasEnded } from './socket.js';
import type { Incoming } from './incoming.js';
import { Wire } from './wire.js';

/** Starts a handshake over a wire, and calls `secured` or `fail` at its end. */
export type StartHandshake = (
  wire: Wire,
  secured: (socket: TLSSocket) => void,
  fail: (cause?: unknown) => void,
) => void;

/** A secured connection: its bytes are decrypted. */
export interface Secured extends Incoming {
  readonly socket: TLSSocket;
}

/**
 * Secures a TCP connection: emits the decrypted connection once its handshake is done, and completes. After an
 * error, or if it is unsubscribed before, the connection ends with an RST.
 *
 * @throws TlsError
 */
export function secure(incoming: Incoming, startHandshake: StartHandshake): Observable<Secured> {
  return new Observable((subscriber) => {
    const wire = new Wire(incoming);
    let emitted = false;
    const fail = (cause?: unknown) => {
      subscriber.error(new TlsError({ cause }));
    };
    wire
      .on('error', fail)
      // If the peer has ended, the TLS socket would wait for ever.
      .on('end', () => {
        fail(wire.broken ?? new Error('ended in the midst of the handshake'));
      });
    const secured = (socket: TLSSocket) => {
      emitted = true;
      subscriber.next({ ...incoming, ...decryptedBytes(socket, wire), tcp: incoming.socket });
      subscriber.complete();
    };
    startHandshake(wire, secured, fail);
    return () => {
      if (emitted) return;
      wire.destroy();
      reset(incoming.socket);
    };
  });
}

/** Bytes of a read over TLS. TLS decrypts all of them, even if the reader is held at the first. */
export const TLS_READ_BYTES = 512 * 1024;

/**
 * The decrypted bytes. Only `close_notify` ends them: a FIN without it may be forged. After it, a reset does not
 * undo the end, because a peer that closes without reading our session tickets causes one.
 */
function decryptedBytes(socket: TLSSocket, wire: Wire): Secured {
  let cut: RxdropError | undefined;
  // Before Node's own listener, which ends the TLS socket with or without `close_notify`.
  wire.prependListener('end', () => {
    if (!hasEnded(socket)) cut = asError(wire.broken ?? new Error('cut off without close_notify'));
  });
  wire.on('error', () => {
    socket.destroy();
  });
  const bytes$ = decrypted(socket, wire, {
    atEnd: () => cut,
    // The event `close` passes a boolean, not an error.
    broken: (cause) => asError(typeof cause === 'object' ? cause : new ResetError()),
  });
  return { socket, bytes$ };
}

const asError = (cause: unknown): RxdropError =>
  cause instanceof RxdropError ? cause : new TlsError({ cause });
