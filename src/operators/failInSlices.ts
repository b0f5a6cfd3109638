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
 * Shares an error among thousands of subscribers, which get it a hundred at a time, in the order of their
 * subscription. Between two slices, the event loop does what else there is to do, and what the first
 * ones have left is garbage before the next ones leave as much.
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
  const waiting = new Set<Subscriber<never>>();
  const nextSlice = (error: unknown): Observable<never> =>
    defer(() => {
      let room = SLICE;
      for (const subscriber of waiting) {
        if (room-- === 0)
          return afterPoll$.pipe(
            take(1),
            switchMap(() => nextSlice(error)),
          );
        subscriber.error(error);
      }
      return EMPTY;
    });
  let running = Subscription.EMPTY;
  return new Observable((subscriber) => {
    waiting.add(subscriber);
    if (running.closed) running = error$.pipe(catchError(nextSlice)).subscribe();
    return () => {
      waiting.delete(subscriber);
      if (waiting.size === 0) running.unsubscribe();
    };
  });
}

const SLICE = 100;
