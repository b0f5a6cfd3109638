import type { TLSSocket } from 'node:tls';
import { Observable } from 'rxjs';
import { ResetError, RxdropError, TlsError } from '../errors.js';
import { reset } from './connection.js';
import { hasEnded } from './handle.js';
import { dataEvents, type Incoming } from './incoming.js';
import { Wire } from './wire.js';

/** Speaks TLS over a wire, and tells of the socket once hands are shaken, or why they are not. */
export type Speak = (
  wire: Wire,
  secured: (socket: TLSSocket) => void,
  failed: (cause?: unknown) => void,
) => void;

/** What takes the place of a TCP connection: its bytes are in the clear. */
export interface Secured extends Incoming {
  readonly socket: TLSSocket;
}

/**
 * Emits what takes the place of a TCP connection once it is secured, and completes. Whatever comes
 * before that, unsubscribing too, ends the connection with an RST.
 *
 * @throws TlsError
 */
export function securing(incoming: Incoming, speak: Speak): Observable<Secured> {
  return new Observable((subscriber) => {
    const wire = new Wire(incoming);
    let handedOn = false;
    const failed = (cause?: unknown) => {
      subscriber.error(new TlsError({ cause }));
    };
    wire
      .on('error', failed)
      // A TLS socket waits for what does not come, where the peer has ended.
      .on('end', () => {
        failed(wire.broken ?? new Error('ended in the midst of the handshake'));
      });
    const secured = (socket: TLSSocket) => {
      handedOn = true;
      subscriber.next({ ...incoming, ...decrypted(socket, wire), tcp: incoming.socket });
      subscriber.complete();
    };
    speak(wire, secured, failed);
    return () => {
      if (handedOn) return;
      wire.destroy();
      reset(incoming.socket);
    };
  });
}

/** Bytes of a read that is to be decrypted: all of it is, even where the reader is held at its first. */
export const TLS_READ = 64 * 1024;

/**
 * The bytes in the clear. They end by the peer's word alone: a FIN in the place of its `close_notify`
 * may be anybody's. After that word a reset takes nothing back: who leaves without reading what we say
 * of our own accord, such as session tickets, makes one.
 */
function decrypted(socket: TLSSocket, wire: Wire): Secured {
  let cut: RxdropError | undefined;
  // Node's own listener would have the TLS socket end, with or without that word.
  wire.prependListener('end', () => {
    if (!hasEnded(socket)) cut = asError(wire.broken ?? new Error('cut off without close_notify'));
  });
  wire.on('error', () => {
    socket.destroy();
  });
  const { bytes$ } = dataEvents(socket, {
    atEnd: () => cut,
    // A socket that closes tells no more than whether it has erred.
    broken: (cause) => asError(typeof cause === 'object' ? cause : new ResetError()),
  });
  return { socket, bytes$ };
}

const asError = (cause: unknown): RxdropError =>
  cause instanceof RxdropError ? cause : new TlsError({ cause });
