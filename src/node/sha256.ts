/** A hash that grows with its bytes. */
export interface Digest {
  readonly update: (chunk: Uint8Array) => void;
  /** The hash of all the bytes, in hex; nothing can be added after that. */
  hex(): string;
}

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
