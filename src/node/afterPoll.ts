import { Observable, switchMap } from 'rxjs';

/**
 * Emits once the event loop has polled: whatever had been waiting in the kernel has been delivered.
 *
 * Timers run before the poll of their turn and immediates after it (Node's guide to the event loop,
 * phases "timers", "poll", "check"), so a timer that fires late can wait for this before it judges.
 *
 * @example bytes$.pipe(idleTimeout(10_000, { lookAgain$: afterPoll$ }))
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
