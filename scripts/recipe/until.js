import { setTimeout as pause } from 'node:timers/promises';

/**
 * Looks again and again until there is something to see.
 *
 * @template T
 * @param {() => T | Promise<T>} look
 */
export async function until(look) {
  const due = performance.now() + PATIENCE_MS;
  while (performance.now() < due) {
    const seen = await look();
    if (seen) return seen;
    await pause(LOOK_MS);
  }
  throw new Error(`nothing to see within ${PATIENCE_MS} ms: ${String(look)}`);
}

const PATIENCE_MS = 15_000;
const LOOK_MS = 10;
