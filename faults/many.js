/**
 * The same many times at once.
 *
 * @template T
 * @param {number} count
 * @param {(index: number) => Promise<T>} make
 */
export const many = (count, make) => Promise.all(Array.from({ length: count }, (_, i) => make(i)));
