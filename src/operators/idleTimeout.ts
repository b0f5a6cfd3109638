import {
  asyncScheduler,
  type MonoTypeOperatorFunction,
  Observable,
  type SchedulerLike,
  Subscription,
  take,
  tap,
  timer,
} from 'rxjs';
import { IdleTimeoutError } from '../errors.js';

export interface IdleTimeoutOptions {
  scheduler?: SchedulerLike;
  /**
   * How long to look once more before the source is accused: until this emits or completes. In Node
   * timers run before the poll that brings waiting bytes, so give it the end of that poll there
   * (`afterPoll$`), or a process that was stopped accuses everybody when it wakes.
   */
  lookAgain$?: Observable<unknown>;
}

/**
 * Errors when the source stays silent for over `due` milliseconds, from the start or after a value.
 *
 * A value on the very last millisecond is in time. The clock is a timer that every value starts
 * anew, so a wall clock that jumps moves nothing. RxJS's own `timeout({ each })` is the same but for
 * the second look.
 *
 *     source          --a--b------c----------------|
 *     idleTimeout(9)  --a--b------c--------#
 *
 * @param due milliseconds; `Infinity`, or more than a timer can count, never errors.
 * @throws IdleTimeoutError
 * @example socket.bytes$.pipe(idleTimeout(10_000, { lookAgain$: afterPoll$ }))
 */
export function idleTimeout<T>(
  due: number,
  { scheduler = asyncScheduler, lookAgain$ = timer(0, scheduler) }: IdleTimeoutOptions = {},
): MonoTypeOperatorFunction<T> {
  if (due > LONGEST_TIMER) return (source) => source;
  return (source) =>
    new Observable((subscriber) => {
      let watch = Subscription.EMPTY;
      const fail = (error: unknown) => {
        subscriber.error(error);
      };
      const accuse = () => {
        fail(new IdleTimeoutError(due));
      };
      const lookAgain = () => {
        watch = lookAgain$.pipe(take(1)).subscribe({ error: fail, complete: accuse });
      };
      const restart = () => {
        watch.unsubscribe();
        watch = scheduler.schedule(lookAgain, due);
      };

      restart();
      subscriber.add(() => {
        watch.unsubscribe();
      });
      return source.pipe(tap(restart)).subscribe(subscriber);
    });
}

/** JavaScript's timers count in 31 bits (25 days) and take more for 1 ms. */
const LONGEST_TIMER = 2 ** 31 - 1;
