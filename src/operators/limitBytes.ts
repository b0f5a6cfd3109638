import { defer, type MonoTypeOperatorFunction, tap } from 'rxjs';
import { TooLargeError } from '../errors.js';

/**
 * Errors at the chunk that makes it more than `limit` bytes; that chunk is not passed on.
 *
 *     source         --5--4--3--|
 *     limitBytes(9)  --5--4--#
 *
 * @param limit bytes; `Infinity` lets everything through.
 * @throws TooLargeError
 * @example bytes$.pipe(limitBytes(100 * 2 ** 20))
 */
export function limitBytes<T extends { readonly byteLength: number }>(
  limit: number,
): MonoTypeOperatorFunction<T> {
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
