import { setTimeout as pause } from 'node:timers/promises';

/**
 * Looks repeatedly until there is something to see, and returns it. Rejects if there is nothing in time.
 *
 * @template T
 * @param {() => T | Promise<T>} look
 * @param {number} [patienceMs]
 * @returns {Promise<NonNullable<T>>}
 */
export async function until(look, patienceMs = 10_000) {
  const due = performance.now() + patienceMs;
  while (performance.now() < due) {
    const seen = await look();
    if (seen) return seen;
    await pause(LOOK_MS);
  }
  throw new Error(`nothing to see within ${patienceMs} ms: ${String(look)}`);
}

const LOOK_MS = 2;
