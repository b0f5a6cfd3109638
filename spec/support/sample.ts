export const KiB = 1024;
export const MiB = 1024 * KiB;

/** Bytes in which a piece that is lost, doubled or misplaced does not go unnoticed. */
export const sample = (size: number): Buffer =>
  Buffer.alloc(size, Buffer.from(Array.from({ length: 251 }, (_, index) => index)));
