import type { OnReadOpts, Socket } from 'node:net';
import { Observable, type Subscriber } from 'rxjs';
import { ResetError, type RxdropError } from '../errors.js';
import { readNow, wasReset } from './handle.js';

/** Creates a socket that reads into the buffer of `onread`. */
export type CreateSocket = (onread: OnReadOpts) => Socket;

/** A socket and its bytes. */
export interface Incoming {
  readonly socket: Socket;
  readonly bytes$: Observable<Uint8Array>;
  /** The TCP socket below a TLS socket. */
  readonly tcp?: Socket;
  /** Emits the bytes that have come over TCP by now, and their end, without waiting for the event loop. */
  readNow?(): void;
}

/** How a socket is read. */
export interface LandingOptions {
  /** The maximum bytes of a read. */
  readSize?: number | undefined;
  /** Reads what has come when the bytes are first subscribed, without waiting for the event loop. */
  readAtOnce?: boolean | undefined;
  verdicts?: Verdicts | undefined;
}

/** Decides which error, if any, the end of a socket's bytes is. */
export interface Verdicts {
  /** At `end`: the error, if it is not really an end. */
  atEnd(socket: Socket): RxdropError | undefined;
  /** At `error` or `close`. */
  broken(cause?: unknown): RxdropError;
}

/**
 * The bytes of a socket, read into the one landing buffer of this process.
 *
 * Subscribing resumes reading, unsubscribing pauses it; there is one subscriber at a time. A chunk is borrowed: the
 * next read of any socket overwrites it, so code that keeps a chunk copies it. The end and the error are kept
 * for the next subscriber. Completes at the peer's FIN; the socket stays open. A read returns at most `readSize`
 * bytes.
 *
 *     kernel has   a--b--c-----|
 *     subscribed   ^---!   ^----
 *     bytes$       a--b    c---|
 *
 * @throws ResetError if the peer resets the connection, or it breaks
 */
export function landing(
  createSocket: CreateSocket,
  { readSize, readAtOnce = false, verdicts = ON_TCP }: LandingOptions = {},
): Incoming {
  const buffer = readSize === undefined ? landingBuffer : landingBuffer.subarray(0, readSize);
  const reader = new Reader(readAtOnce ? buffer : undefined);
  const socket = createSocket({
    buffer,
    callback: (size) => reader.next(buffer.subarray(0, size)),
  });
  // Node starts to read a socket that is created from a handle.
  socket.pause();
  return {
    socket,
    bytes$: reader.bytesOf(socket, verdicts),
    readNow() {
      reader.readNow(socket, buffer);
    },
  };
}

/** The same through `data` events, for sockets that cannot read into the landing buffer: each read allocates a buffer. */
export function dataEvents(socket: Socket, verdicts = ON_TCP): Incoming {
  const reader = new Reader();
  socket.pause();
  socket.on('data', (chunk: Uint8Array) => {
    reader.next(chunk);
  });
  return { socket, bytes$: reader.bytesOf(socket, verdicts) };
}

const ON_TCP: Verdicts = {
  atEnd: (socket) => (wasReset(socket) ? new ResetError() : undefined),
  broken: (cause) => new ResetError({ cause }),
};

/**
 * 2 MiB, because fewer reads need fewer iterations of the event loop. On two cores, 256 KiB took 1.6 times the
 * CPU per GiB, 1 MiB 1.2 times, and 4 MiB were no better. Only pages that a read fills take memory.
 */
const landingBuffer = Buffer.allocUnsafeSlow(2 * 2 ** 20);

/** Passes the bytes of a socket to the subscriber, and keeps the end for the next one. */
class Reader {
  private subscriber: Subscriber<Uint8Array> | undefined;
  /**
   * How it ended: by the peer's FIN if it returns no error. A function, because an error costs a stack trace, and
   * nothing reads that of a connection that was closed here.
   */
  private end: (() => RxdropError | undefined) | undefined;

  /** @param firstReads where to read at the first subscription, without waiting for the event loop */
  constructor(private firstReads?: Uint8Array) {}

  /** Returns whether to continue reading. */
  next(chunk: Uint8Array): boolean {
    this.subscriber?.next(chunk);
    return this.isRead;
  }

  /** While it is being subscribed, a subscriber that has unsubscribed is still there. */
  private get isRead(): boolean {
    return this.subscriber?.closed === false;
  }

  /** Reads all that waits, but at most `MAX_READS` times, because the peer may send faster than this reads. */
  readNow(socket: Socket, buffer: Uint8Array, limit = Infinity): void {
    try {
      for (let reads = 0; reads < MAX_READS && this.isRead && !this.end; reads++) {
        const size = readNow(socket, buffer);
        if (size === undefined) return;
        if (size === 0) this.settle(() => undefined);
        else this.next(buffer.subarray(0, size));
        if (size > limit) return;
      }
    } catch (cause) {
      this.settle(() => ON_TCP.broken(cause));
    }
  }

  bytesOf(socket: Socket, verdicts: Verdicts): Observable<Uint8Array> {
    const fail = (cause?: unknown) => {
      this.settle(() => verdicts.broken(cause));
    };
    socket
      .on('error', fail)
      .on('close', fail)
      .on('end', () => {
        const error = verdicts.atEnd(socket);
        this.settle(() => error);
      });
    return new Observable((subscriber) => {
      if (this.subscriber) {
        throw new TypeError('a live source is read by one subscriber at a time');
      }
      this.subscriber = subscriber;
      if (this.end) this.emitEnd();
      else this.start(socket);
      return () => {
        this.subscriber = undefined;
        socket.pause();
      };
    });
  }

  /** A small file has often arrived with its end: then the event loop need not be asked for it. */
  private start(socket: Socket): void {
    const { firstReads } = this;
    this.firstReads = undefined;
    if (firstReads) this.readNow(socket, firstReads, SMALL_BYTES);
    if (this.isRead && !this.end) socket.resume();
  }

  private settle(end: () => RxdropError | undefined): void {
    this.end ??= end;
    this.emitEnd();
  }

  private emitEnd(): void {
    if (!this.subscriber) return;
    const error = this.end?.();
    if (error) this.subscriber.error(error);
    else this.subscriber.complete();
  }
}

const MAX_READS = 16;
const SMALL_BYTES = 64 * 2 ** 10;
