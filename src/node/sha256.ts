import type { Digest } from '../operators/tapDigest.js';

export type { Digest };

/** A SHA-256. Node's cryptography is loaded at the first one: a start without any pays nothing for it. */
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
