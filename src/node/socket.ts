import { type OnReadOpts, type Server, Socket, type SocketConstructorOpts } from 'node:net';
import type { Readable } from 'node:stream';
import { descriptorOf, type Handled, readWaiting, type TcpHandle } from './handle.js';

/** The options of a socket that Node's types leave out. */
export interface SocketOptions extends SocketConstructorOpts {
  /** Documented for `new net.Socket`. */
  onread?: OnReadOpts;
  /** An option of streams. */
  writableHighWaterMark?: number;
  /** Node's own servers create their sockets from it. */
  handle?: TcpHandle;
  /** Starts to read at `resume`; otherwise a socket that is created from a handle reads at once. */
  manualStart?: boolean;
}

export const newSocket = (options: SocketOptions): Socket => new Socket(options);

/** The file descriptor of a socket or a server, if it has one. */
export const descriptor = (socket: Socket | Server): number | undefined =>
  descriptorOf((socket as Handled)._handle);

/**
 * Whether a socket is a TCP socket: pipes, terminals and UNIX sockets are sockets of Node, too. A TLS socket has
 * the handle of the TCP socket below it, whose bytes are not its own.
 */
export const isTcp = (socket: Socket): boolean =>
  !('encrypted' in socket) && typeof (socket as Handled)._handle?.setKeepAlive === 'function';

/**
 * Reads the bytes that have come over a TCP connection, directly from the descriptor, without waiting for the
 * event loop. Returns their number: 0 after the peer's FIN, `undefined` if no bytes have come. Reads only TCP
 * sockets, because the bytes of a pipe or a terminal may belong to another reader.
 *
 * @throws the system's error if the connection is broken: `ECONNRESET`, `ETIMEDOUT` …
 */
export function readNow(socket: Socket, buffer: Uint8Array): number | undefined {
  const fd = descriptor(socket);
  return fd === undefined || !isTcp(socket) ? undefined : readWaiting(fd, buffer);
}

/**
 * Whether an `end` of a TCP connection is really a reset. libuv reports the hang-up of a reset that follows data as
 * an end, without another read. One more read distinguishes them: the system returns 0 after a FIN, and an
 * error if the connection was reset or has timed out.
 */
export function wasReset(socket: Socket): boolean {
  try {
    readNow(socket, ONE_BYTE);
    return false;
  } catch {
    return true;
  }
}

const ONE_BYTE = new Uint8Array(1);

/** Whether a stream has received its end, even if some bytes before it are unread. */
export const hasEnded = (stream: Readable): boolean =>
  (stream as { _readableState?: { ended?: boolean } })._readableState?.ended === true;

/** Of the `written` bytes, those that our kernel has not accepted, in any queue of this process. */
export function pendingBytes(socket: Socket, written: number): number {
  const { bytesWritten, writeQueueSize } = (socket as Handled)._handle ?? {};
  return bytesWritten === undefined || writeQueueSize === undefined
    ? socket.writableLength
    : written - bytesWritten + writeQueueSize;
}
