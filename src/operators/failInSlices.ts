import {
  catchError,
  defer,
  EMPTY,
  Observable,
  type Subscriber,
  Subscription,
  switchMap,
  take,
} from 'rxjs';

/**
 * Shares an error among thousands of subscribers, which get it a hundred at a time, in the order of their subscription.
 * Between two slices, the event loop does what else there is to do, and what the first ones have left is garbage before
 * the next ones leave as much.
 *
 *     error$      ---#
 *     afterPoll$     --p         after each slice that leaves some waiting
 *     first       ---#
 *     101st       -----#
 *
 * @param afterPoll$ emits after the next poll of the event loop
 */
export function failInSlices(
  error$: Observable<never>,
  afterPoll$: Observable<unknown>,
): Observable<never> {
  const waiting = new Set<Waiting>();
  const nextSlice = (error: unknown): Observable<never> =>
    defer(() => {
      let room = SLICE;
      for (const { subscriber } of waiting) {
        if (room-- === 0)
          return afterPoll$.pipe(
            take(1),
            switchMap(() => nextSlice(error)),
          );
        subscriber?.error(error);
      }
      return EMPTY;
    });
  const failing$ = error$.pipe(catchError(nextSlice));
  let running = Subscription.EMPTY;
  return new Observable((subscriber) => {
    const entry: Waiting = { subscriber };
    waiting.add(entry);
    if (running.closed) running = failing$.subscribe();
    return () => {
      waiting.delete(entry);
      entry.subscriber = undefined;
      if (waiting.size === 0) running.unsubscribe();
    };
  });
}

const SLICE = 100;

/**
 * Emptied when it leaves. As a Set grows and shrinks, V8 copies its table, and a table that it has left may be
 * garbage for long: a subscriber in it, and with it the whole connection, would be kept alive meanwhile.
 */
interface Waiting {
  subscriber: Subscriber<never> | undefined;
}
