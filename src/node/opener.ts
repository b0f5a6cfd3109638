import type { Accepted } from './connection.js';
import type { RawHandle } from './handle.js';
import { acceptedOf } from './handleConnection.js';

/** How connections are read that another process, or this one, has accepted as handles. */
export interface OpenerOptions {
  /** The maximum bytes of a read. */
  readonly readSize?: number | undefined;
  /** Milliseconds of silence after which the system probes the peer. */
  readonly keepAlive?: number | undefined;
}

/** Makes connections of handles. */
export const opener =
  ({ readSize, keepAlive }: OpenerOptions) =>
  (handle: RawHandle, peer: string): Accepted => {
    const connection = acceptedOf(handle, peer, readSize);
    if (keepAlive !== undefined) connection.incoming.socket.setKeepAlive(true, keepAlive);
    return connection;
  };
