/** Bytes of a disk that no file takes unless another number is given: 64 MiB, or 5 % of a small disk. */
export const reserveOf = (size: number): number => Math.min(64 * 2 ** 20, 0.05 * size);
