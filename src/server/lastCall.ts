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
 * Takes connections until the stop, and those that the system had taken by then: their senders have been
 * told that they are connected. The system hands on at least one a turn while any wait, so a turn that
 * brings none is the last; so are 100 ms, because others go on coming to a busy server.
 *
 *     connections  --A------B-C------D
 *     stop$        -------s
 *     turn$               --t            from the stop, and anew from each connection
 *     lastCall     --A------B-C-|
 */
export const lastCall = <T>(
  stop$: Observable<unknown>,
  turn$: Observable<unknown>,
): MonoTypeOperatorFunction<T> =>
  connect((connections$) => {
    const quiet$ = connections$.pipe(
      startWith(undefined),
      debounce(() => turn$),
    );
    const late$ = timer(LAST_CALL_MS);
    // Further stops, of which there may be a storm, put off nothing.
    const over$ = stop$.pipe(
      take(1),
      switchMap(() => merge(quiet$, late$)),
    );
    return connections$.pipe(takeUntil(over$));
  });

const LAST_CALL_MS = 100;
