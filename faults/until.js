import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits until a condition is true; returns whether it was in time.
 *
 * @param {() => boolean | Promise<boolean>} condition
 * @param {number} [ms]
 */
export async function until(condition, ms = 5_000) {
  const end = performance.now() + ms;
  while (performance.now() < end) {
    if (await condition()) return true;
    await sleep(5);
  }
  return condition();
}
