import type { OnReadOpts, Socket } from 'node:net';
import { Observable, type Subscriber } from 'rxjs';
import { ResetError, type RxdropError } from '../errors.js';
import { readNow, wasReset } from './handle.js';

/** What a socket is made with, so that it reads into the landing buffer. */
export type MakeSocket = (onread: OnReadOpts) => Socket;

/** A socket and its bytes. */
export interface Incoming {
  readonly socket: Socket;
  readonly bytes$: Observable<Uint8Array>;
  /** The TCP socket below it, where it is one of TLS. */
  readonly tcp?: Socket;
  /** Emits what has come over TCP by now, its end too, without waiting for the event loop. */
  readNow?(): void;
}

/** What the ways in which a socket's bytes stop come to. */
export interface Verdicts {
  /** At the end that Node reports of the socket: an error, if it is none. */
  atEnd(socket: Socket): RxdropError | undefined;
  /** When the socket errs or closes. */
  broken(cause?: unknown): RxdropError;
}

/**
 * The bytes of a socket, read into the one landing buffer of this process.
 *
 * Subscribing reads on where reading stopped, unsubscribing pauses; one subscriber at a time. A chunk
 * is borrowed: it is overwritten by the next read of any socket, so who keeps it copies it. The end
 * and the error are kept for the next subscriber. Completes at the peer's FIN; the socket stays open.
 * A read brings at most `most` bytes.
 *
 *     kernel has   a--b--c-----|
 *     subscribed   ^---!   ^----
 *     bytes$       a--b    c---|
 *
 * @throws ResetError when the peer resets the connection, or it breaks
 */
export function landing(make: MakeSocket, most?: number, verdicts = ON_TCP): Incoming {
  const reader = new Reader();
  const buffer = most === undefined ? landingBuffer : landingBuffer.subarray(0, most);
  const socket = make({ buffer, callback: (size) => reader.next(buffer.subarray(0, size)) });
  // Node starts to read a socket it makes of a handle.
  socket.pause();
  return {
    socket,
    bytes$: reader.bytesOf(socket, verdicts),
    readNow() {
      reader.readNow(socket, buffer);
    },
  };
}

/** The same through `data` events, for sockets that cannot land: a buffer is allocated for each read. */
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
 * 2 MiB: the fewer reads, the fewer turns and wake-ups. On two cores, 256 KiB took 1.6 times the CPU per
 * GiB, 1 MiB 1.2 times, and 4 MiB gained nothing more; only the pages that a read fills are ever touched.
 */
const landingBuffer = Buffer.allocUnsafeSlow(2 * 2 ** 20);

/** Hands what a socket brings to whoever is subscribed, and keeps its end for who comes later. */
class Reader {
  private subscriber: Subscriber<Uint8Array> | undefined;
  /**
   * How it ended: by the peer's FIN where there is no error. A function, because an error costs a stack trace, and
   * nobody asks for that of a connection which was closed here.
   */
  private end: (() => RxdropError | undefined) | undefined;

  /** Returns whether to read on. */
  next(chunk: Uint8Array): boolean {
    this.subscriber?.next(chunk);
    return this.subscriber !== undefined;
  }

  /** All that waits, unless the peer sends faster than it is read. */
  readNow(socket: Socket, buffer: Uint8Array): void {
    try {
      for (let reads = 0; reads < MOST_READS && this.subscriber && !this.end; reads++) {
        const size = readNow(socket, buffer);
        if (size === undefined) return;
        if (size === 0) this.settle(() => undefined);
        else this.next(buffer.subarray(0, size));
      }
    } catch (cause) {
      this.settle(() => ON_TCP.broken(cause));
    }
  }

  bytesOf(socket: Socket, verdicts: Verdicts): Observable<Uint8Array> {
    const broke = (cause?: unknown) => {
      this.settle(() => verdicts.broken(cause));
    };
    socket
      .on('error', broke)
      .on('close', broke)
      .on('end', () => {
        const error = verdicts.atEnd(socket);
        this.settle(() => error);
      });
    return new Observable((subscriber) => {
      if (this.subscriber) {
        throw new TypeError('a live source is read by one subscriber at a time');
      }
      this.subscriber = subscriber;
      if (this.end) this.tell();
      else socket.resume();
      return () => {
        this.subscriber = undefined;
        socket.pause();
      };
    });
  }

  private settle(end: () => RxdropError | undefined): void {
    this.end ??= end;
    this.tell();
  }

  private tell(): void {
    if (!this.subscriber) return;
    const error = this.end?.();
    if (error) this.subscriber.error(error);
    else this.subscriber.complete();
  }
}

const MOST_READS = 16;
