import { setTimeout as pause } from 'node:timers/promises';

/** Looks repeatedly until there is something to see, and returns it. Rejects if there is nothing within 10 s. */
export async function until<T>(look: () => T | Promise<T>): Promise<NonNullable<T>> {
  const due = performance.now() + PATIENCE_MS;
  while (performance.now() < due) {
    const seen = await look();
    if (seen) return seen;
    await pause(LOOK_MS);
  }
  throw new Error(`nothing to see within ${PATIENCE_MS} ms: ${String(look)}`);
}

const PATIENCE_MS = 10_000;
const LOOK_MS = 2;
