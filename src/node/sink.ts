import { Socket } from 'node:net';
import { finished, type Writable } from 'node:stream';
import { BehaviorSubject, map, Observable } from 'rxjs';
import { StreamError } from '../errors.js';
import { reset } from './connection.js';

/** A destination of bytes with back-pressure; an uplink of `connectTo` is one too. */
export interface Sink {
  /** Emits whether it is full: `false` at first and at each `drain`, `true` if a write returns so. */
  readonly full$: Observable<boolean>;
  /** Accepts a chunk at once. The chunk must not change until the sink has drained. */
  write(chunk: Uint8Array): void;
  /** Ends it after all written bytes; completes once they are flushed. */
  end(): Observable<never>;
  /** Closes it at once; the data is incomplete. Safe to repeat. */
  abort(): void;
}

/**
 * Any Node `Writable` as a sink: a file, a response, standard output, a socket, zlib. A stream has only one sink, so
 * that all its writers are held together.
 *
 * `full$` and `end` error if the stream errors or is closed before its end. `abort` destroys the stream; a TCP socket
 * is reset, because a FIN would mean the end to its peer. A reader of a pipe or a UNIX socket cannot
 * distinguish an abort from an end; a TLS reader gets an end without `close_notify`.
 *
 *     write  -a-b------c-|
 *     full$  f--t----f------         b fills the sink, which drains at f
 *
 * Not for writing a whole source: use {@link writeTo}.
 *
 * @param writable any stream of bytes
 * @throws StreamError from `full$` and `end`
 * @example
 * ```ts
 * import { createWriteStream, readFileSync } from 'node:fs';
 * import { openFile, sinkOf } from 'rxdrop/node';
 * import { heldWhile } from 'rxdrop/operators';
 * import { concat, defer, switchMap, tap } from 'rxjs';
 *
 * const copy = sinkOf(createWriteStream('copy.bin'));
 *
 * const written$ = openFile('a.bin').pipe(
 *   switchMap(({ blocks$ }) => blocks$.pipe(heldWhile(copy.full$))),
 *   tap((block) => copy.write(block)),
 * );
 *
 * concat(
 *   written$,
 *   defer(() => copy.end()),
 * ).subscribe({ complete: () => console.log(readFileSync('copy.bin', 'utf8')) });
 * // → abc
 * ```
 * @see {@link writeTo}, which writes and ends a sink
 * @category Sinks
 */
export function sinkOf(writable: Writable): Sink {
  const sink = sinks.get(writable) ?? new StreamSink(writable);
  sinks.set(writable, sink);
  return sink;
}

const sinks = new WeakMap<Writable, Sink>();

class StreamSink implements Sink {
  readonly full$: Observable<boolean>;
  private readonly changed$ = new BehaviorSubject<void>(undefined);

  constructor(private readonly writable: Writable) {
    // `writableNeedDrain` is read from the stream, because another writer may have filled it again since its `drain`.
    this.full$ = this.changed$.pipe(map(() => writable.writableNeedDrain));
    writable.on('drain', () => {
      this.changed$.next();
    });
    finished(writable, IGNORE_READABLE, (cause) => {
      if (cause) this.changed$.error(new StreamError({ cause }));
    });
  }

  write(chunk: Uint8Array): void {
    if (!this.writable.write(chunk)) this.changed$.next();
  }

  end(): Observable<never> {
    const { writable } = this;
    return new Observable((subscriber) => {
      const stopListening = finished(writable, IGNORE_READABLE, (cause) => {
        if (cause) subscriber.error(new StreamError({ cause }));
        else subscriber.complete();
      });
      writable.end();
      return stopListening;
    });
  }

  abort(): void {
    if (this.writable instanceof Socket) reset(this.writable);
    else this.writable.destroy();
  }
}

/** The sink does not depend on the readable half of a duplex stream. */
const IGNORE_READABLE = { readable: false };
