import { readSync } from 'node:fs';
import { type OnReadOpts, type Server, Socket, type SocketConstructorOpts } from 'node:net';
import type { Readable } from 'node:stream';

/**
 * The little of a socket that Node keeps to itself, in one place: all else here is public API.
 * Where a Node has it no longer, the callers do without: `data` events, no stall seen below us.
 */
interface TcpHandle {
  readonly fd?: number;
  readonly bytesWritten?: number;
  readonly writeQueueSize?: number;
  readonly useUserBuffer?: unknown;
  readonly setKeepAlive?: unknown;
}

interface ServerHandle {
  onconnection?: (this: unknown, error: number, accepted?: TcpHandle) => void;
}

interface Handled<H = TcpHandle> {
  _handle?: H | null;
}

/** The options of a socket that Node's types leave out. */
export interface SocketOptions extends SocketConstructorOpts {
  /** Documented for `new net.Socket`. */
  onread?: OnReadOpts;
  /** A stream's option; a socket is one. */
  writableHighWaterMark?: number;
  /** What Node's own servers make their sockets of. */
  handle?: TcpHandle;
  /** Leaves reading to `resume`, where a socket made of a handle would begin at once. */
  manualStart?: boolean;
}

export const newSocket = (options: SocketOptions): Socket => new Socket(options);

/**
 * Has a listening server hand over the handles of its connections, for sockets of our own: Node makes
 * those of a server itself, and they cannot land their reads. Handles that cannot either still become
 * Node's sockets, and `connection` events.
 */
export function takeHandles(server: Server, take: (handle: TcpHandle) => void): void {
  const listening = (server as Handled<ServerHandle>)._handle;
  const { onconnection } = listening ?? {};
  if (!listening || !onconnection) return;
  listening.onconnection = function (error, accepted) {
    if (typeof accepted?.useUserBuffer === 'function') take(accepted);
    else onconnection.call(this, error, accepted);
  };
}

/** Bytes given to the socket that our kernel has not taken yet, in any queue of this process. */
export function pendingBytes(socket: Socket, given: number): number {
  const { bytesWritten, writeQueueSize } = (socket as Handled)._handle ?? {};
  return bytesWritten === undefined || writeQueueSize === undefined
    ? socket.writableLength
    : given - bytesWritten + writeQueueSize;
}

/** The socket's file descriptor, where there is one. */
export function descriptor(socket: Socket): number | undefined {
  const fd = (socket as Handled)._handle?.fd;
  return fd === undefined || fd < 0 ? undefined : fd;
}

/**
 * Whether a socket is one of TCP: Node makes sockets of pipes, terminals and UNIX sockets too. One of TLS
 * has the handle of the TCP socket below it, whose bytes are not its own.
 */
export const isTcp = (socket: Socket): boolean =>
  !('encrypted' in socket) && typeof (socket as Handled)._handle?.setKeepAlive === 'function';

/**
 * Reads what has come over a TCP connection by now, past Node and without waiting for the event loop:
 * its bytes, none after the peer's FIN, or `undefined` if nothing has come. Of another socket than one
 * of TCP nothing is read, because the bytes of a pipe or a terminal may be another reader's.
 *
 * @throws what the system says of a connection that is broken: `ECONNRESET`, `ETIMEDOUT` …
 */
export function readNow(socket: Socket, buffer: Uint8Array): number | undefined {
  const fd = descriptor(socket);
  if (fd === undefined || !isTcp(socket)) return undefined;
  try {
    return readSync(fd, buffer);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return undefined;
    throw error;
  }
}

/**
 * Whether an end that Node reports of a TCP connection is really a reset. libuv takes the hang-up of a
 * reset that comes right behind data for an end, without reading on. One more read distinguishes them:
 * the system returns nothing after a FIN, and an error if the connection was reset, or has timed out.
 */
export function wasReset(socket: Socket): boolean {
  try {
    readNow(socket, ONE_BYTE);
    return false;
  } catch {
    return true;
  }
}

/** Whether a stream has had all that it will ever have, though some of it may not have been read yet. */
export const hasEnded = (stream: Readable): boolean =>
  (stream as { _readableState?: { ended?: boolean } })._readableState?.ended === true;

const ONE_BYTE = new Uint8Array(1);
