import { Observable, switchMap } from 'rxjs';

/**
 * Emits once the event loop has polled, so all bytes that waited in the kernel are delivered.
 *
 * In each iteration of the event loop, timers run before the poll and immediates after it (Node's guide to the
 * event loop, phases "timers", "poll", "check"). So a timer that fires late can wait for this before it errors.
 *
 * Not for waiting: hardly any time passes. Use RxJS's `timer`.
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
 * @see `idleTimeout` and `minRate`, which wait for it before they error
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

/**
 * Emits after a whole poll, even if it is subscribed during one: all that waits in the kernel now is delivered by then.
 */
export const afterNextPoll$: Observable<void> = afterPoll$.pipe(switchMap(() => afterPoll$));
