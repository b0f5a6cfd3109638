import { SocketConnection } from './connection.js';
import type { RawHandle } from './handle.js';
import { landingOf } from './listen.js';

/** How connections are read that another process, or this one, has accepted as handles. */
export interface OpenerOptions {
  /** The maximum bytes of a read; by default, what has come is read at once. */
  readonly readSize?: number | undefined;
  /** Milliseconds of silence after which the system probes the peer. */
  readonly keepAlive?: number | undefined;
}

/** Makes connections of handles. */
export const opener =
  ({ readSize, keepAlive }: OpenerOptions) =>
  (handle: RawHandle, peer: string): SocketConnection => {
    const incoming = landingOf(handle, { readSize, readAtOnce: readSize === undefined });
    if (keepAlive !== undefined) incoming.socket.setKeepAlive(true, keepAlive);
    return new SocketConnection(incoming, peer);
  };
