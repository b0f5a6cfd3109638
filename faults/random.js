/**
 * The random moments, sizes and words of the cases. The same seed repeats them in each round, if the senders come in
 * the same order.
 */
let state = 0;

/** @param {number} seed of one round of a case */
export function seedRandom(seed) {
  state = seed;
}

/** @param {number} from @param {number} to A whole number of that range. */
export const anyOf = (from, to) => from + Math.floor(random() * (to - from + 1));

/** @template T @param {readonly T[]} choices @returns {T} */
export const oneOf = (choices) => /** @type {T} */ (choices[anyOf(0, choices.length - 1)]);

/** The generator "mulberry32": from 0 to 1. */
function random() {
  state = (state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
}
