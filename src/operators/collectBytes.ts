import { concatWith, defer, ignoreElements, of, type OperatorFunction, tap } from 'rxjs';
import { ByteBuffer } from './byteBuffer.js';
import { limitBytes } from './limitBytes.js';

/** How much may be collected. */
export interface CollectBytesOptions {
  /** The maximum number of bytes to collect; mandatory, because all of them are in memory. */
  limit: number;
}

/**
 * Collects all chunks into one array of bytes, emitted when the source completes.
 *
 * Chunks are copied, so they may be borrowed. The time is linear, however many there are.
 *
 *     source                      --a--b--c--|
 *     collectBytes({ limit: 9 })  -----------(x|)
 *
 * `x` is all the bytes of `a`, `b` and `c`.
 *
 * Not for large data: fold the chunks into a file or a hash (`sha256`) as they arrive.
 *
 * @throws TooLargeError at more than `limit` bytes
 * @throws RangeError at once, if `limit` is negative or `NaN`
 * @example
 * ```ts
 * import { of } from 'rxjs';
 * import { collectBytes } from 'rxdrop/operators';
 *
 * of(Uint8Array.of(1, 2), Uint8Array.of(3))
 *   .pipe(collectBytes({ limit: 9 }))
 *   .subscribe((bytes) => console.log(bytes));
 * // → Uint8Array(3) [ 1, 2, 3 ]
 * ```
 * @see {@link limitBytes}, which collects nothing
 * @category Bytes
 */
export function collectBytes({
  limit,
}: CollectBytesOptions): OperatorFunction<Uint8Array, Uint8Array> {
  const limited = limitBytes<Uint8Array>(limit);
  return (source) =>
    defer(() => {
      const kept = new ByteBuffer();
      return source.pipe(
        limited,
        tap((chunk) => {
          kept.add(chunk);
        }),
        ignoreElements(),
        concatWith(defer(() => of(kept.take()))),
      );
    });
}
