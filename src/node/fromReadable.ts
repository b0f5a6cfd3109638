import { finished, type Readable } from 'node:stream';
import { Observable } from 'rxjs';
import { StreamError } from '../errors.js';

/**
 * The bytes of any Node stream, with its back-pressure: subscribing resumes reading, unsubscribing pauses it.
 *
 * Nothing is lost in between: the stream keeps the bytes that it has read ahead, its end and its error for the next
 * subscriber. The code that opened the stream destroys it. RxJS's `from(readable)` reads even if the
 * consumer is slow, and cannot be resumed after it is unsubscribed.
 *
 *     readable has            a--b--c-----|
 *     subscribed              ^---!   ^----
 *     fromReadable(readable)  a--b    c---|
 *
 * Not for sockets: `listen` and `connectTo` distinguish an end from a reset. Not for files either, which `openFile`
 * reads in larger blocks.
 *
 * @param readable any stream of bytes: standard input, a request, zlib
 * @throws StreamError if the stream errors, or is closed before its end
 * @throws TypeError if the stream has texts or objects, or another reader
 * @example
 * ```ts
 * import { Readable } from 'node:stream';
 * import { fromReadable } from 'rxdrop/node';
 *
 * fromReadable(Readable.from([Buffer.from('abc')], { objectMode: false })).subscribe((chunk) =>
 *   console.log(new TextDecoder().decode(chunk)),
 * );
 * // → abc
 * ```
 * @see {@link writeTo}, the other direction
 * @see {@link openFile}, for files
 * @category Creation
 */
export function fromReadable(readable: Readable): Observable<Uint8Array> {
  if (readable.readableObjectMode || readable.readableEncoding !== null)
    throw new TypeError('bytes are read from a stream of bytes alone');
  return new Observable((subscriber) => {
    if (readable.listenerCount('data') > 0)
      throw new TypeError('a live source is read by one subscriber at a time');
    const read = (chunk: Uint8Array) => {
      subscriber.next(chunk);
    };
    const stopListening = finished(readable, { writable: false }, (cause) => {
      if (cause) subscriber.error(new StreamError({ cause }));
      else subscriber.complete();
    });
    readable.off('error', ignoreError).on('error', ignoreError);
    readable.on('data', read).resume();
    return () => {
      readable.off('data', read).pause();
      stopListening();
    };
  });
}

/** An error without a listener would end the process, even while there is no subscriber. The stream keeps the error. */
const ignoreError = () => undefined;
