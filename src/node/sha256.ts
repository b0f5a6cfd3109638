import type { Digest } from '../operators/tapDigest.js';

export type { Digest };

/**
 * Creates an incremental SHA-256.
 *
 * Loads Node's `crypto` at its first use, so that a start without a hash does not wait for it.
 *
 * Not for passwords: it is fast, for attackers too.
 *
 * @example
 * ```ts
 * import { from } from 'rxjs';
 * import { sha256 } from 'rxdrop/node';
 *
 * const digest = sha256();
 * from([Buffer.from('a'), Buffer.from('bc')]).subscribe({
 *   next: digest.update,
 *   complete: () => console.log(digest.hex().slice(0, 16)),
 * });
 * // → ba7816bf8f01cfea
 * ```
 * @see `tapDigest`, which hashes the chunks of a source
 * @category Bytes
 */
export function sha256(): Digest {
  const hash = process.getBuiltinModule('node:crypto').createHash('sha256');
  let hex: string | undefined;
  return {
    update(chunk) {
      hash.update(chunk);
    },
    hex: () => (hex ??= hash.digest('hex')),
  };
}
