import { readSync } from 'node:fs';
import type { Server } from 'node:net';

/**
 * The undocumented members of a socket that rxdrop uses; all others are public API. If a version of Node does not
 * have them, the callers fall back: to `data` events, and to looking for progress above the kernel only.
 */
export interface TcpHandle {
  readonly fd?: number;
  readonly bytesWritten?: number;
  readonly writeQueueSize?: number;
  readonly useUserBuffer?: unknown;
  readonly setKeepAlive?: unknown;
}

/** The handle of an accepted connection. */
export interface RawHandle extends TcpHandle {
  readonly bytesRead: number;
  /** Called after each read; Node passes the size of a read in memory of its own. */
  onread?: () => void;
  useUserBuffer(buffer: Uint8Array): void;
  /** Returns the number of an error. */
  readStart(): number;
  readStop(): number;
  /** Returns the number of an error. */
  getpeername(peer: { address?: string; port?: number }): number;
  /** Closes it: with a FIN, if all bytes that have come are read. */
  close(): void;
  /** Closes it; the last of several copies sends an RST. Returns the number of an error. */
  reset(done: () => void): number;
}

interface ServerHandle {
  onconnection?: (this: unknown, error: number, accepted?: RawHandle) => void;
}

/** A socket or a server: Node keeps its handle here. */
export interface Handled<H = TcpHandle> {
  _handle?: H | null;
}

/**
 * Takes the handles of a server's connections, to create sockets from them that read into our buffer. The sockets
 * that Node creates cannot. A handle that cannot either becomes Node's socket, with a `connection` event.
 *
 * @returns whether this version of Node has them
 */
export function takeHandles(server: Server, take: (handle: RawHandle) => void): boolean {
  const listening = (server as Handled<ServerHandle>)._handle;
  const { onconnection } = listening ?? {};
  if (!listening || !onconnection) return false;
  listening.onconnection = function (error, accepted) {
    if (accepted && canReadInto(accepted)) take(accepted);
    else onconnection.call(this, error, accepted);
  };
  return true;
}

const canReadInto = ({ useUserBuffer, readStart, bytesRead }: Partial<RawHandle>): boolean =>
  typeof useUserBuffer === 'function' &&
  typeof readStart === 'function' &&
  typeof bytesRead === 'number';

/**
 * Reads a handle into a buffer, once it is started. Calls back with the size of each read; 0 is the end of the bytes,
 * an error, or nothing.
 */
export function readInto(
  handle: RawHandle,
  buffer: Uint8Array,
  callback: (size: number) => void,
): void {
  let before = handle.bytesRead;
  handle.useUserBuffer(buffer);
  handle.onread = () => {
    const size = handle.bytesRead - before;
    before += size;
    callback(size);
  };
}

/** Whether a handle still has its peer: after an RST, also one that followed a FIN, it has none. */
export const hasPeer = (handle: RawHandle): boolean => handle.getpeername({}) === 0;

/** The address and the port of the peer of a handle. */
export function peerOf(handle: RawHandle): { readonly address?: string; readonly port?: number } {
  const peer = {};
  handle.getpeername(peer);
  return peer;
}

/** Closes a handle; the last of several copies sends an RST. */
export function resetHandle(handle: RawHandle): void {
  if (handle.reset(() => undefined) !== 0) handle.close();
}

/** The file descriptor of a handle, if it has one. */
export function descriptorOf(handle: TcpHandle | null | undefined): number | undefined {
  const fd = handle?.fd;
  return fd === undefined || fd < 0 ? undefined : fd;
}

/** Reads the bytes that have come over a TCP socket: 0 after the FIN, `undefined` if none have come. Throws. */
export function readWaiting(fd: number, buffer: Uint8Array): number | undefined {
  try {
    return readSync(fd, buffer);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return undefined;
    throw error;
  }
}
