import {
  connect,
  debounce,
  merge,
  type MonoTypeOperatorFunction,
  type Observable,
  startWith,
  switchMap,
  take,
  takeUntil,
  timer,
} from 'rxjs';

/**
 * Emits connections until the stop, and those that the system had established by then, because their senders
 * are already connected. While any of them wait, each poll of the event loop brings at least one, so it
 * completes after a poll that brings none; at the latest 100 ms after the stop, because a busy server gets
 * new ones all the time.
 *
 *     connections  --A------B-C------D
 *     stop$        -------s
 *     afterPoll$          --p            subscribed at the stop, and again at each connection
 *     lastCall     --A------B-C-|
 */
export const lastCall = <T>(
  stop$: Observable<unknown>,
  afterPoll$: Observable<unknown>,
): MonoTypeOperatorFunction<T> =>
  connect((connections$) => {
    const quiet$ = connections$.pipe(
      startWith(undefined),
      debounce(() => afterPoll$),
    );
    const late$ = timer(LAST_CALL_MS);
    // Any number of further stops does not postpone it.
    const over$ = stop$.pipe(
      take(1),
      switchMap(() => merge(quiet$, late$)),
    );
    return connections$.pipe(takeUntil(over$));
  });

const LAST_CALL_MS = 100;
