import type { Socket } from 'node:net';
import { Observable, type Subscriber } from 'rxjs';
import type { RxdropError } from '../errors.js';

/** Decides which error, if any, the end of a socket's bytes is. */
export interface Verdicts {
  /** At `end`: the error, if it is not really an end. */
  atEnd(socket: Socket): RxdropError | undefined;
  /** At `error` or `close`. */
  broken(cause?: unknown): RxdropError;
}

/** What is resumed and paused to read: a socket, or what is below it. */
export interface Flow {
  resume(): unknown;
  pause(): unknown;
}

/**
 * Passes the bytes of a live source to the subscriber, and keeps the end for the next one. Bytes that come without a
 * subscriber are kept, too: a socket of Node reads once more if it is resumed and paused at once, and TLS decrypts
 * all of a read.
 */
export class Reader {
  private subscriber: Subscriber<Uint8Array> | undefined;
  private kept: Uint8Array[] | undefined;
  /**
   * How it ended: by the peer's FIN if it returns no error. A function, because an error costs a stack trace, and
   * nothing reads that of a connection that was closed here.
   */
  private end: (() => RxdropError | undefined) | undefined;

  /** Returns whether to continue reading. */
  next(chunk: Uint8Array): boolean {
    // Borrowed: the next read overwrites it.
    if (!this.subscriber) (this.kept ??= []).push(Buffer.from(chunk));
    this.subscriber?.next(chunk);
    return this.subscriber !== undefined;
  }

  /** Whether the next chunk has a subscriber: one that leaves while it is subscribed is closed at first. */
  get reads(): boolean {
    return this.subscriber?.closed === false && this.end === undefined;
  }

  bytesOf(socket: Socket, verdicts: Verdicts, flow: Flow = socket): Observable<Uint8Array> {
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
    return this.bytesFrom(flow);
  }

  /** The bytes that `next` is called with, and the end; `flow` is resumed while they are subscribed. */
  bytesFrom(flow: Flow): Observable<Uint8Array> {
    return new Observable((subscriber) => {
      if (this.subscriber) {
        throw new TypeError('a live source is read by one subscriber at a time');
      }
      this.subscriber = subscriber;
      this.emitKept(subscriber);
      if (this.end) this.emitEnd();
      else if (!subscriber.closed) flow.resume();
      return () => {
        this.subscriber = undefined;
        flow.pause();
      };
    });
  }

  settle(end: () => RxdropError | undefined): void {
    this.end ??= end;
    this.emitEnd();
  }

  private emitKept(subscriber: Subscriber<Uint8Array>): void {
    // A subscriber may leave at any chunk.
    while (this.kept && !subscriber.closed) {
      const chunk = this.kept.shift();
      if (chunk) subscriber.next(chunk);
      else this.kept = undefined;
    }
  }

  private emitEnd(): void {
    if (!this.subscriber) return;
    const error = this.end?.();
    if (error) this.subscriber.error(error);
    else this.subscriber.complete();
  }
}
