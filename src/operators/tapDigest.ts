import { defer, type MonoTypeOperatorFunction, tap } from 'rxjs';

/** A hash that grows with its bytes. */
export interface Digest {
  /** Takes a chunk at once; it may be borrowed. */
  readonly update: (chunk: Uint8Array) => void;
  /** The hash of all the bytes, in hex; nothing can be added after that. */
  hex(): string;
}

/**
 * Passes bytes on, and calls `report` with their hash at the end, before it passes the end on.
 *
 * `createDigest` makes the hash, so it may be Node's, a browser library's, or a checksum of your own. The hash has to
 * see each byte once, so the operator belongs below the hold.
 *
 *     source                     --a--b--c--|
 *     tapDigest(sha256, report)  --a--b--c--|
 *
 * `report` is called once, at the end, with the hash of `a`, `b` and `c`; after an error or an unsubscription,
 * never.
 *
 * Not for emitting the hash as the only value: it passes the bytes on.
 *
 * @param createDigest makes a hash for each subscription, such as `sha256` of `rxdrop/node`
 * @param report takes the hash, in hex; what it throws becomes the error
 * @example
 * ```ts
 * import { of } from 'rxjs';
 * import { sha256 } from 'rxdrop/node';
 * import { tapDigest } from 'rxdrop/operators';
 *
 * of(Buffer.from('a'), Buffer.from('bc'))
 *   .pipe(tapDigest(sha256, (hex) => console.log(hex.slice(0, 16))))
 *   .subscribe();
 * // → ba7816bf8f01cfea
 * ```
 * @see `sha256`, which makes one
 * @see {@link progress}, for how far it is
 * @category Watching
 */
export function tapDigest<T extends Uint8Array>(
  createDigest: () => Digest,
  report: (hex: string) => void,
): MonoTypeOperatorFunction<T> {
  return (source) =>
    defer(() => {
      const digest = createDigest();
      return source.pipe(
        tap({
          next: (chunk: T) => {
            digest.update(chunk);
          },
          complete: () => {
            report(digest.hex());
          },
        }),
      );
    });
}
