import { defer, type MonoTypeOperatorFunction, tap } from 'rxjs';
import { TooLargeError } from '../errors.js';
import { requireRange } from './requireRange.js';

/**
 * Errors at the chunk with which the source exceeds `limit` bytes; that chunk is not passed on.
 *
 *     source         --5--4--3--|
 *     limitBytes(9)  --5--4--#
 *
 * Not for taking the first bytes and being content with them: RxJS's `takeWhile` completes, this errors.
 *
 * @param limit bytes; `Infinity` lets everything through.
 * @throws TooLargeError
 * @throws RangeError at once, if `limit` is negative or `NaN`
 * @example
 * ```ts
 * import { of } from 'rxjs';
 * import { limitBytes } from 'rxdrop/operators';
 *
 * of(new Uint8Array(5), new Uint8Array(4), new Uint8Array(3))
 *   .pipe(limitBytes(9))
 *   .subscribe({
 *     next: ({ byteLength }) => console.log(byteLength),
 *     error: (error: unknown) => console.log(String(error)),
 *   });
 * // → 5
 * // → 4
 * // → TooLargeError: more than 9 bytes
 * ```
 * @see {@link collectBytes}, which has a limit of its own
 * @category Bytes
 */
export function limitBytes<T extends { readonly byteLength: number }>(
  limit: number,
): MonoTypeOperatorFunction<T> {
  requireRange('limit', limit, 0);
  if (limit === Infinity) return (source) => source;
  return (source) =>
    defer(() => {
      let size = 0;
      return source.pipe(
        tap(({ byteLength }) => {
          size += byteLength;
          if (size > limit) throw new TooLargeError(limit);
        }),
      );
    });
}
