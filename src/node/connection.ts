import type { Socket } from 'node:net';
import { Observable } from 'rxjs';
import { ResetError } from '../errors.js';
import { isTcp } from './handle.js';
import type { Identity } from './identity.js';
import type { Incoming } from './incoming.js';

/** One TCP connection. Whoever has it closes it: unsubscribing from its bytes only pauses it. */
export interface Connection {
  /** The peer's address and port, as `127.0.0.1:5000` or `[::1]:5000`. */
  readonly peer: string;
  /** Who the peer is, if it has shown a certificate that we trust. */
  readonly client?: Identity | undefined;
  /** What the peer sends; subscribing reads, unsubscribing pauses. Completes at its FIN. */
  readonly bytes$: Observable<Uint8Array>;
  /** Sends our FIN behind what was written, and behind a last text; completes once it is on its way. */
  end(text?: string): Observable<never>;
  /** Closes at once: with an RST before our FIN is on its way, quietly after it. Safe to repeat. */
  abort(): void;
}

/** A connection as it was accepted: still over TCP alone. */
export interface Accepted extends Connection {
  /** What `handshake` makes a connection of TLS of. */
  readonly incoming: Incoming;
}

/** A connection over a socket that was made with `allowHalfOpen`. */
export class SocketConnection implements Accepted {
  constructor(
    readonly incoming: Incoming,
    readonly peer: string,
    readonly client?: Identity,
  ) {}

  get bytes$(): Observable<Uint8Array> {
    return this.incoming.bytes$;
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
 * Closes a socket at once: with an RST before our FIN is on its way, quietly after it. Pipes, terminals
 * and TLS sockets know no RST (Node throws): they are closed.
 */
export function reset(socket: Socket): void {
  if (socket.destroyed) return;
  if (socket.pending || isShutDown(socket) || !isTcp(socket)) socket.destroy();
  else socket.resetAndDestroy();
}

/** `address:port`, with IPv6 addresses in brackets and IPv4 ones free of their IPv6 prefix. */
export function endpoint(address = 'unknown', port = 0): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/, '');
  return plain.includes(':') ? `[${plain}]:${port}` : `${plain}:${port}`;
}

/**
 * Nothing is left to send but our FIN, which closing sends just the same. libuv resets no socket that
 * is being shut down (`EINVAL`), and Node has let go of its handle by then: it would never be closed.
 */
const isShutDown = (socket: Socket): boolean => socket.writableEnded && socket.writableLength === 0;
