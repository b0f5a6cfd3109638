import { Observable, switchMap } from 'rxjs';

/**
 * Emits once the event loop has polled: whatever had been waiting in the kernel has been delivered.
 *
 * Timers run before the poll of their turn and immediates after it (Node's guide to the event loop,
 * phases "timers", "poll", "check"), so a timer that fires late can wait for this before it judges.
 *
 * Not for waiting: hardly any time passes. RxJS's `timer` lets it.
 *
 * @example
 * ```ts
 * import { NEVER } from 'rxjs';
 * import { afterPoll$ } from 'rxdrop/node';
 * import { idleTimeout } from 'rxdrop/operators';
 *
 * NEVER.pipe(idleTimeout(100, { lookAgain$: afterPoll$ })).subscribe({
 *   error: (error: unknown) => console.log(String(error)),
 * });
 * // → IdleTimeoutError: no data for over 100 ms
 * ```
 * @see `idleTimeout` and `minRate`, which look once more before they accuse
 * @category Time
 */
export const afterPoll$ = new Observable<void>((subscriber) => {
  const immediate = setImmediate(() => {
    subscriber.next();
    subscriber.complete();
  });
  return () => {
    clearImmediate(immediate);
  };
});

/** Emits after one poll more: whatever waits in the kernel now is delivered by then, from wherever in a turn it is asked. */
export const afterNextPoll$: Observable<void> = afterPoll$.pipe(switchMap(() => afterPoll$));
