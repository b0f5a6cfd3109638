import type { Socket } from 'node:net';
import { Observable } from 'rxjs';
import { ResetError } from '../errors.js';
import { descriptor, isTcp } from './socket.js';
import type { Identity } from '../identity.js';
import type { Incoming } from './incoming.js';

/** One TCP connection. The code that subscribes to `bytes$` must also close it: unsubscribing only pauses it. */
export interface Connection {
  /** The peer's address and port, as `127.0.0.1:5000` or `[::1]:5000`. */
  readonly peer: string;
  /** The peer's identity, if it has presented a certificate that we trust. */
  readonly client?: Identity | undefined;
  /** The peer's bytes; subscribing reads, unsubscribing pauses. Completes at its FIN. */
  readonly bytes$: Observable<Uint8Array>;
  /** Sends our FIN after all written bytes and an optional last text; completes once it is sent. */
  end(text?: string): Observable<never>;
  /** Closes at once: with an RST if our FIN is not sent, silently otherwise. Safe to repeat. */
  abort(): void;
}

/** An accepted connection over plain TCP. */
export interface Accepted extends Connection {
  /** The socket and its bytes, for `handshake`. */
  readonly incoming: Incoming;
  /** The file descriptor of the socket, if it has one. */
  readonly descriptor: number | undefined;
}

/** A connection over a socket that was created with `allowHalfOpen`. */
export class SocketConnection implements Accepted {
  constructor(
    readonly incoming: Incoming,
    readonly peer: string,
    readonly client?: Identity,
  ) {}

  get bytes$(): Observable<Uint8Array> {
    return this.incoming.bytes$;
  }

  get descriptor(): number | undefined {
    return descriptor(this.tcp);
  }

  protected get socket(): Socket {
    return this.incoming.socket;
  }

  protected get tcp(): Socket {
    return this.incoming.tcp ?? this.incoming.socket;
  }

  end(text?: string): Observable<never> {
    const { socket } = this;
    return new Observable((subscriber) => {
      if (socket.destroyed) throw new ResetError();
      const done = (cause?: Error | null) => {
        if (cause) subscriber.error(new ResetError({ cause }));
        else subscriber.complete();
      };
      if (text === undefined) socket.end(done);
      else socket.end(text, done);
    });
  }

  abort(): void {
    reset(this.tcp);
    this.socket.destroy();
  }
}

/**
 * Closes a socket at once: with an RST if our FIN is not sent, silently otherwise. Pipes, terminals and TLS
 * sockets have no RST (Node throws), so they are closed.
 */
export function reset(socket: Socket): void {
  if (socket.destroyed) return;
  if (socket.pending || isShutDown(socket) || !isTcp(socket)) socket.destroy();
  else socket.resetAndDestroy();
}

/**
 * Only our FIN is left to send, and closing sends it too. libuv cannot reset a socket that is being shut down
 * (`EINVAL`), and Node has released its handle by then: the socket would never be closed.
 */
const isShutDown = (socket: Socket): boolean => socket.writableEnded && socket.writableLength === 0;
