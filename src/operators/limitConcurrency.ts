import { asapScheduler, type MonoTypeOperatorFunction, NEVER, Observable } from 'rxjs';

/**
 * Runs at most `limit` sources at a time, of all those that are piped through it. The others wait in the order
 * in which they were subscribed, unless `abort$` errors.
 *
 *     a$ with a limit of 1   --a--|
 *     b$                          --b--|
 *     c$, abort$             --------#
 */
export function limitConcurrency(
  limit: number,
): <T>(abort$?: Observable<never>) => MonoTypeOperatorFunction<T> {
  const waiting = new Set<() => void>();
  let running = 0;
  let starting = false;

  /** A loop, because a source that ends at once makes room for the next one in the same call. */
  const start = () => {
    starting = true;
    for (const next of waiting) {
      if (running >= limit) break;
      waiting.delete(next);
      running++;
      next();
    }
    starting = false;
  };
  /** Later, because those that wait may be unsubscribed in the same call, and must not run then. */
  const free = () => {
    running--;
    if (!starting && waiting.size > 0) asapScheduler.schedule(start);
  };

  return (abort$ = NEVER) =>
    (source) =>
      new Observable((subscriber) => {
        const aborting = abort$.subscribe({
          error(reason: unknown) {
            subscriber.error(reason);
          },
        });
        const run = () => {
          aborting.unsubscribe();
          source.subscribe(subscriber);
          subscriber.add(free);
        };
        if (!subscriber.closed) waiting.add(run);
        subscriber.add(() => {
          waiting.delete(run);
          aborting.unsubscribe();
        });
        if (!starting) start();
      });
}
