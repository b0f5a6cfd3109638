export const KiB = 1024;
export const MiB = 1024 * KiB;

/** Returns bytes in which a lost, doubled or misplaced piece makes a difference. */
export const sample = (size: number): Buffer =>
  Buffer.alloc(size, Buffer.from(Array.from({ length: 251 }, (_, index) => index)));
