import { finished, type Readable } from 'node:stream';
import { Observable } from 'rxjs';
import { StreamError } from '../errors.js';

/**
 * The bytes of any Node stream, with its back-pressure: subscribing reads on where reading stopped,
 * unsubscribing pauses it.
 *
 * Nothing is lost in between: the stream itself keeps what it has read ahead, its end and its error
 * for the next subscriber. The code that opened the stream destroys it. RxJS's `from(readable)` does neither:
 * it reads on even if the consumer is slow, and cannot be left and resumed.
 *
 *     readable has            a--b--c-----|
 *     subscribed              ^---!   ^----
 *     fromReadable(readable)  a--b    c---|
 *
 * Not for sockets: `listen` and `connectTo` distinguish an end from a reset. Not for files either, which `openFile` reads
 * in larger blocks.
 *
 * @param readable any stream of bytes: standard input, a request, zlib
 * @throws StreamError when the stream errors, or is closed before its end
 * @throws TypeError for a stream of texts or objects, and for one that has another reader
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
    const forget = finished(readable, { writable: false }, (cause) => {
      if (cause) subscriber.error(new StreamError({ cause }));
      else subscriber.complete();
    });
    readable.off('error', keptByTheStream).on('error', keptByTheStream);
    readable.on('data', read).resume();
    return () => {
      readable.off('data', read).pause();
      forget();
    };
  });
}

/** An error without a listener would end the process, and one may come while nobody is subscribed. */
const keptByTheStream = () => undefined;
