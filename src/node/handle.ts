import type { ChildProcess, SendHandle } from 'node:child_process';
import type { EventEmitter } from 'node:events';
import { readSync } from 'node:fs';
import { type OnReadOpts, type Server, Socket, type SocketConstructorOpts } from 'node:net';
import type { Readable } from 'node:stream';
import type { TLSSocket } from 'node:tls';

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

interface DecryptingHandle {
  readonly bytesRead?: number;
  onread?: (this: unknown, ...read: unknown[]) => unknown;
  useUserBuffer?(buffer: Uint8Array): void;
}

interface Handled<H = TcpHandle> {
  _handle?: H | null;
}

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

/**
 * Makes a TLS socket decrypt into our memory. Node offers that as `onread`, but only for sockets that it connects
 * itself. After each record, `next` is called with its bytes, and returns the memory for the following one. Without
 * it, each record comes as a `data` event, in memory of its own.
 */
export function decryptInto(
  socket: TLSSocket,
  memory: Uint8Array,
  next: (size: number) => Uint8Array,
): void {
  const handle = (socket as Handled<DecryptingHandle>)._handle;
  const { onread, bytesRead } = handle ?? {};
  if (!onread || bytesRead === undefined || !handle?.useUserBuffer) return;
  let before = bytesRead;
  handle.useUserBuffer(memory);
  handle.onread = function (...read) {
    const size = (handle.bytesRead ?? before) - before;
    // The end, or an error.
    if (size === 0) return onread.apply(this, read);
    before += size;
    return next(size);
  };
}

/** The address and the port of the peer of a handle. */
export function peerOf(handle: RawHandle): { readonly address?: string; readonly port?: number } {
  const peer = {};
  handle.getpeername(peer);
  return peer;
}

/** Closes a handle; the last of several copies sends an RST. */
export function resetHandle(handle: RawHandle): void {
  if (handle.reset(IGNORED) !== 0) handle.close();
}

/**
 * Sends a message to another process, and a copy of a handle with it. Node sends handles as they are, although its types
 * demand sockets; a socket would cost half of the transfer of a small file.
 */
export function sendWithHandle(
  to: Pick<ChildProcess, 'send'>,
  message: object,
  handle?: TcpHandle,
): void {
  to.send(message, handle as SendHandle | undefined, IGNORED);
}

/** What sends handles: Node keeps here what waits for the acknowledgement of a handle. */
export interface WithQueue extends Pick<ChildProcess, 'send'> {
  _handleQueue?: unknown;
}

/**
 * Takes the handles that come from the process that has started this one, without an acknowledgement of each. They come
 * as before, by the event `message`.
 *
 * @param took is called after each
 * @returns what undoes it; `undefined` if this version of Node does not allow it, and nothing has changed
 */
export function takeSentHandles(took: () => void): (() => void) | undefined {
  const messages = process as Pick<EventEmitter, 'emit' | 'listeners' | 'off' | 'on'>;
  const [byNode, ...others] = messages.listeners('internalMessage') as Listener[];
  if (!byNode || others.length > 0 || !('_handleQueue' in process)) return undefined;
  const take = (message: InternalMessage, handle?: RawHandle) => {
    if (message.cmd !== 'NODE_HANDLE') {
      byNode.call(process, message, handle);
      return;
    }
    messages.emit('message', message.msg, handle);
    took();
  };
  messages.off('internalMessage', byNode);
  messages.on('internalMessage', take);
  return () => {
    messages.off('internalMessage', take);
    messages.on('internalMessage', byNode);
  };
}

type Listener = (...values: unknown[]) => void;

interface InternalMessage {
  readonly cmd: string;
  readonly msg?: unknown;
}

/** The other process may have died: its end is reported elsewhere. */
const IGNORED = (): void => undefined;

/** Of the `written` bytes, those that our kernel has not accepted, in any queue of this process. */
export function pendingBytes(socket: Socket, written: number): number {
  const { bytesWritten, writeQueueSize } = (socket as Handled)._handle ?? {};
  return bytesWritten === undefined || writeQueueSize === undefined
    ? socket.writableLength
    : written - bytesWritten + writeQueueSize;
}

/** The file descriptor of a socket or a server, if it has one. */
export const descriptor = (socket: Socket | Server): number | undefined =>
  descriptorOf((socket as Handled)._handle);

/** The file descriptor of a handle, if it has one. */
export function descriptorOf(handle: TcpHandle | null | undefined): number | undefined {
  const fd = handle?.fd;
  return fd === undefined || fd < 0 ? undefined : fd;
}

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

/** Reads the bytes that have come over a TCP socket: 0 after the FIN, `undefined` if none have come. Throws. */
export function readWaiting(fd: number, buffer: Uint8Array): number | undefined {
  try {
    return readSync(fd, buffer);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return undefined;
    throw error;
  }
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

/** Whether a stream has received its end, even if some bytes before it are unread. */
export const hasEnded = (stream: Readable): boolean =>
  (stream as { _readableState?: { ended?: boolean } })._readableState?.ended === true;

const ONE_BYTE = new Uint8Array(1);
