import { Socket } from 'node:net';
import { finished, type Writable } from 'node:stream';
import { BehaviorSubject, map, Observable } from 'rxjs';
import { StreamError } from '../errors.js';
import { reset } from './connection.js';

/** A destination of bytes with back-pressure; an uplink of `connectTo` is one too. */
export interface Sink {
  /** Whether it is full: `true` when a write returns so, `false` at first and at each `drain`. */
  readonly full$: Observable<boolean>;
  /** Takes a chunk at once; the chunk must not change until the sink has drained. */
  write(chunk: Uint8Array): void;
  /** Ends it after all that was written; completes once that is handed over. */
  end(): Observable<never>;
  /** Closes it at once, as incomplete. Safe to repeat. */
  abort(): void;
}

/**
 * Any Node `Writable` as a sink: a file, a response, standard output, a socket, zlib. A stream has one
 * sink, however many write to it, so that all of them are held together.
 *
 * Its error, and a close before its end, come by `full$` and by `end`. Aborting destroys it; a TCP
 * socket is reset, because its peer would take a FIN for the end. A reader of a pipe or of a UNIX socket sees
 * an end in both cases, and one of TLS an end without `close_notify`: nothing else can be sent there.
 *
 *     write  -a-b------c-|
 *     full$  f--t----f------         b was too much, and is handed over at f
 *
 * Not for writing one source from its start to its end: {@link writeTo} does all of it.
 *
 * @param writable any stream that takes bytes
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
 * @see {@link writeTo}, which does all of it
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
    // Asked of the stream itself: with several writers, one may have filled it before the others hear that it drained.
    this.full$ = this.changed$.pipe(map(() => writable.writableNeedDrain));
    writable.on('drain', () => {
      this.changed$.next();
    });
    finished(writable, READABLE_OR_NOT, (cause) => {
      if (cause) this.changed$.error(new StreamError({ cause }));
    });
  }

  write(chunk: Uint8Array): void {
    if (!this.writable.write(chunk)) this.changed$.next();
  }

  end(): Observable<never> {
    const { writable } = this;
    return new Observable((subscriber) => {
      const forget = finished(writable, READABLE_OR_NOT, (cause) => {
        if (cause) subscriber.error(new StreamError({ cause }));
        else subscriber.complete();
      });
      writable.end();
      return forget;
    });
  }

  abort(): void {
    if (this.writable instanceof Socket) reset(this.writable);
    else this.writable.destroy();
  }
}

/** Whether its other half has ended is no matter of a sink's. */
const READABLE_OR_NOT = { readable: false };
