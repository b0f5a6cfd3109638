import { defer, map, type OperatorFunction, reduce } from 'rxjs';
import { limitBytes } from './limitBytes.js';

/** How much may be collected. */
export interface CollectBytesOptions {
  /** The most bytes to collect; mandatory, because they all stand in memory. */
  limit: number;
}

/**
 * Collects all chunks into one array of bytes, emitted when the source completes.
 *
 * Chunks are copied, so they may be borrowed. The array doubles when it is full: every byte is
 * copied about twice, however many chunks there are, where concatenating at each chunk is quadratic.
 *
 *     source                      --a--b--c--|
 *     collectBytes({ limit: 9 })  -----------(x|)
 *
 * `x` is all the bytes of `a`, `b` and `c`.
 *
 * Not for what may be large: fold the chunks into a file or a hash (`sha256`) as they come.
 *
 * @throws TooLargeError at more than `limit` bytes
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
  return (source) =>
    defer(() => {
      let block = new Uint8Array(FIRST_BLOCK);
      return source.pipe(
        limitBytes(limit),
        reduce((size, chunk) => {
          block = roomFor(size + chunk.byteLength, block);
          block.set(chunk, size);
          return size + chunk.byteLength;
        }, 0),
        map((size) => block.subarray(0, size)),
      );
    });
}

const FIRST_BLOCK = 1024;

function roomFor(size: number, block: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  if (size <= block.byteLength) return block;
  const larger = new Uint8Array(Math.max(size, 2 * block.byteLength));
  larger.set(block);
  return larger;
}
