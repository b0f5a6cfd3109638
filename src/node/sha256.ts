import type { Digest } from '../operators/tapDigest.js';

export type { Digest };

/**
 * A SHA-256 that grows with its bytes.
 *
 * Node's cryptography is loaded at the first one: a start without any pays nothing for it.
 *
 * Not for passwords: it is quick, for those who guess too.
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
 * @see `tapDigest`, which hashes what passes
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
