import {
  connect,
  debounce,
  interval,
  merge,
  type MonoTypeOperatorFunction,
  type Observable,
  skip,
  startWith,
  switchMap,
  take,
  takeUntil,
} from 'rxjs';

/**
 * Emits connections until the stop, and those that the system had established by then, because their senders
 * are already connected. While any of them wait, each poll of the event loop brings at least one, so it
 * completes after a poll that brings none; at the latest 100 ms after the stop, because a busy server gets
 * new ones all the time. The 100 ms are counted by looks, with a poll between any two: in a process that
 * was suspended or gets little of the processor, one timer could be over before the first poll.
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
    const late$ = interval(LOOK_MS).pipe(skip(LOOKS - 1));
    // Any number of further stops does not postpone it.
    const over$ = stop$.pipe(
      take(1),
      switchMap(() => merge(quiet$, late$)),
    );
    return connections$.pipe(takeUntil(over$));
  });

const LOOK_MS = 5;
const LOOKS = 20;
