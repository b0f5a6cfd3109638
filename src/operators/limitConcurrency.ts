import { asapScheduler, type MonoTypeOperatorFunction, NEVER, Observable } from 'rxjs';

/**
 * Runs at most `limit` sources at a time, of all those that are piped through it. The others wait in the order in which
 * they were subscribed, unless `abort$` errors. A source may count as several, and runs alone if it is more than the
 * limit.
 *
 *     a$ with a limit of 1   --a--|
 *     b$                          --b--|
 *     c$, abort$             --------#
 */
export function limitConcurrency(
  limit: number,
): <T>(abort$?: Observable<never>, weight?: number) => MonoTypeOperatorFunction<T> {
  const waiting = new Map<() => void, number>();
  let running = 0;
  let starting = false;

  /** A loop, because a source that ends at once makes room for the next one in the same call. */
  const start = () => {
    starting = true;
    for (const [next, weight] of waiting) {
      if (running > 0 && running + weight > limit) break;
      waiting.delete(next);
      running += weight;
      next();
    }
    starting = false;
  };
  /** Later, because those that wait may be unsubscribed in the same call, and must not run then. */
  const free = (weight: number) => {
    running -= weight;
    if (!starting && waiting.size > 0) asapScheduler.schedule(start);
  };

  return (abort$ = NEVER, weight = 1) =>
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
          subscriber.add(() => {
            free(weight);
          });
        };
        if (!subscriber.closed) waiting.set(run, weight);
        subscriber.add(() => {
          waiting.delete(run);
          aborting.unsubscribe();
        });
        if (!starting) start();
      });
}
