import { concatWith, defer, ignoreElements, of, type OperatorFunction, tap } from 'rxjs';
import { KeptBytes } from './keptBytes.js';
import { limitBytes } from './limitBytes.js';

export interface CollectBytesOptions {
  /** The most bytes to collect; mandatory, because they all stand in memory. */
  limit: number;
}

/**
 * Collects all chunks into one array of bytes, emitted when the source completes.
 *
 * Chunks are copied, so they may be borrowed; and in linear time, however many there are.
 *
 *     source                      --a--b--c--|
 *     collectBytes({ limit: 9 })  -----------(x|)
 *
 * `x` is all the bytes of `a`, `b` and `c`.
 *
 * @throws TooLargeError at more than `limit` bytes
 * @example socket.bytes$.pipe(collectBytes({ limit: 64 * 2 ** 10 }))
 */
export function collectBytes({
  limit,
}: CollectBytesOptions): OperatorFunction<Uint8Array, Uint8Array> {
  return (source) =>
    defer(() => {
      const kept = new KeptBytes();
      return source.pipe(
        limitBytes(limit),
        tap((chunk) => {
          kept.add(chunk);
        }),
        ignoreElements(),
        concatWith(defer(() => of(kept.take()))),
      );
    });
}
