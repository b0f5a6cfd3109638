import { defer, EMPTY, type Observable, Subscription } from 'rxjs';
import { ResetError, RxdropError } from '../errors.js';
import { type Accepted, SocketConnection } from './connection.js';
import {
  descriptorOf,
  hasPeer,
  type RawHandle,
  readInto,
  readWaiting,
  resetHandle,
} from './handle.js';
import { type Incoming, landingBuffer, landingOf } from './incoming.js';
import { type Flow, Reader } from './reader.js';

/** An accepted connection that reads into the landing buffer. */
export function acceptedOf(handle: RawHandle, peer: string, readSize?: number): Accepted {
  const fd = descriptorOf(handle);
  return fd === undefined
    ? new SocketConnection(landingOf(handle, readSize), peer)
    : new HandleConnection(handle, fd, peer, readSize);
}

/**
 * An accepted connection that is read through its handle. A socket of Node takes a third of the CPU time of a small
 * file, and 2 KiB of an idle connection, so one is made only for what needs it: TLS, keep-alive, a
 * receipt, or our FIN before that of the peer.
 */
class HandleConnection implements Accepted, Flow {
  private readonly reader = new Reader();
  private wasRead = false;
  private buffer: Buffer | undefined;
  /** The peer's FIN has been read. */
  private ended = false;
  private closed = false;
  /** It reads the handle, once it is made. */
  private overSocket: SocketConnection | undefined;
  private readingSocket = Subscription.EMPTY;

  constructor(
    private readonly handle: RawHandle,
    private readonly fd: number,
    readonly peer: string,
    private readonly readSize: number | undefined,
  ) {}

  get bytes$(): Observable<Uint8Array> {
    return this.reader.bytesFrom(this);
  }

  get incoming(): Incoming {
    return this.useSocket().incoming;
  }

  get descriptor(): number | undefined {
    return descriptorOf(this.handle);
  }

  /** After the peer's FIN, closing sends ours, without the calls that a half-close takes. */
  end(text?: string): Observable<never> {
    return defer(() => {
      if (this.closed) throw new ResetError();
      if (text !== undefined || !this.ended || this.overSocket) return this.useSocket().end(text);
      this.closed = true;
      this.handle.close();
      return EMPTY;
    });
  }

  abort(): void {
    if (this.overSocket) this.overSocket.abort();
    else if (!this.closed) resetHandle(this.handle);
    this.closed = true;
    this.reader.settle(RESET);
  }

  resume(): void {
    if (this.overSocket) {
      this.readSocket(this.overSocket);
      return;
    }
    if (!this.wasRead) this.readFirst();
    if (this.isToRead) this.readHandle();
  }

  pause(): void {
    this.readingSocket.unsubscribe();
    if (!this.closed && !this.overSocket) this.handle.readStop();
  }

  /**
   * A server that is busy accepts a small file when its end has come, too. Then it is read at once, and the event loop
   * is asked for nothing. A read that is too early costs an exception, which takes 3 µs.
   */
  private readFirst(): void {
    this.wasRead = true;
    for (let reads = 0; reads < FIRST_READS && this.isToRead; reads++)
      if (!this.readWaiting(landingBuffer(this.readSize))) return;
  }

  /** A subscriber may leave, or a socket be made, at any chunk. */
  private get isToRead(): boolean {
    return this.reader.reads && !this.overSocket;
  }

  private readHandle(): void {
    if (!this.buffer) {
      const buffer = landingBuffer(this.readSize);
      this.buffer = buffer;
      readInto(this.handle, buffer, (size) => {
        if (size > 0) this.reader.next(buffer.subarray(0, size));
        else this.readNothing(buffer);
      });
    }
    if (this.handle.readStart() !== 0) this.reader.settle(RESET);
  }

  /** A read had no bytes: an end, a reset that libuv reports as an end, an error, or nothing. */
  private readNothing(buffer: Buffer): void {
    if (!hasPeer(this.handle)) this.askNode();
    // libuv goes on reading after nothing, and stops at an end, which is verified.
    else if (this.handle.readStart() === 0) this.readWaiting(buffer);
  }

  /** Reads without libuv. Returns whether bytes have come. */
  private readWaiting(buffer: Buffer): boolean {
    try {
      const size = readWaiting(this.fd, buffer);
      if (size === 0) this.settleEnd();
      else if (size !== undefined) this.reader.next(buffer.subarray(0, size));
      return size !== undefined && size > 0;
    } catch (error) {
      this.reader.settle(() => asReset(error));
      return false;
    }
  }

  /** Only Node knows what libuv has read: an error, or a FIN that came before an RST. */
  private askNode(): void {
    const socket = this.makeSocket();
    this.handle.onread?.();
    this.readSocket(socket);
  }

  private readSocket({ bytes$ }: SocketConnection): void {
    this.readingSocket = bytes$.subscribe({
      next: (chunk) => this.reader.next(chunk),
      error: (error: unknown) => {
        this.reader.settle(() => asReset(error));
      },
      complete: () => {
        this.settleEnd();
      },
    });
  }

  private settleEnd(): void {
    this.ended = true;
    this.reader.settle(NONE);
  }

  private useSocket(): SocketConnection {
    if (this.overSocket) return this.overSocket;
    const socket = this.makeSocket();
    if (this.reader.reads) this.readSocket(socket);
    return socket;
  }

  private makeSocket(): SocketConnection {
    // A socket errors if it starts to read what is being read.
    this.handle.readStop();
    this.overSocket = new SocketConnection(landingOf(this.handle, this.readSize), this.peer);
    return this.overSocket;
  }
}

/** The bytes of a small file, and its end. */
const FIRST_READS = 2;

const asReset = (error: unknown): RxdropError =>
  error instanceof RxdropError ? error : new ResetError({ cause: error });

const RESET = () => new ResetError();
const NONE = () => undefined;
