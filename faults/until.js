import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits for what comes to be true; tells whether it did in time.
 *
 * @param {() => boolean} condition
 * @param {number} [ms]
 */
export async function until(condition, ms = 5_000) {
  for (const end = performance.now() + ms; performance.now() < end; await sleep(5)) {
    if (condition()) return true;
  }
  return condition();
}
