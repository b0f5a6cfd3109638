import {
  asyncScheduler,
  map,
  type MonoTypeOperatorFunction,
  Observable,
  type SchedulerLike,
  type Subscriber,
  Subscription,
  take,
  timer,
  type Unsubscribable,
} from 'rxjs';
import { IdleTimeoutError } from '../errors.js';
import { LONGEST_TIMER } from './longestTimer.js';

/** How time passes, and what is done before somebody is accused. */
export interface IdleTimeoutOptions {
  /** What counts the time. */
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
 *     source is read  ^--------------------!
 *
 * Not for a source that has to be done by some time, however lively it is (`maxDuration`), and not for
 * one that must not trickle (`minRate`).
 *
 * @param due milliseconds; `Infinity`, or more than a timer can count, never errors.
 * @throws IdleTimeoutError
 * @example
 * ```ts
 * import { NEVER } from 'rxjs';
 * import { idleTimeout } from 'rxdrop/operators';
 *
 * NEVER.pipe(idleTimeout(100)).subscribe({
 *   error: (error: unknown) => console.log(String(error)),
 * });
 * // → IdleTimeoutError: no data for over 100 ms
 * ```
 * @see {@link heldWhile}, which stops this clock with the source where it stands below
 * @category Time
 */
export function idleTimeout<T>(
  due: number,
  { scheduler = asyncScheduler, lookAgain$ = timer(0, scheduler) }: IdleTimeoutOptions = {},
): MonoTypeOperatorFunction<T> {
  if (due > LONGEST_TIMER) return (source) => source;
  return (source) =>
    new Observable((subscriber) => {
      const watch = new Watch(subscriber, due, lookAgain$, scheduler);
      watch.restart();
      subscriber.add(watch);
      return source
        .pipe(
          map((value) => {
            watch.restart();
            return value;
          }),
        )
        .subscribe(subscriber);
    });
}

/** A class, because ten thousand silent connections are watched: methods cost them nothing. */
class Watch implements Unsubscribable {
  private waiting = Subscription.EMPTY;

  constructor(
    private readonly subscriber: Subscriber<unknown>,
    private readonly due: number,
    private readonly lookAgain$: Observable<unknown>,
    private readonly scheduler: SchedulerLike,
  ) {}

  restart(): void {
    this.waiting.unsubscribe();
    this.waiting = this.scheduler.schedule(LOOK_AGAIN, this.due, this);
  }

  lookAgain(): void {
    const { subscriber, due } = this;
    this.waiting = this.lookAgain$.pipe(take(1)).subscribe({
      error: (error: unknown) => {
        subscriber.error(error);
      },
      complete: () => {
        subscriber.error(new IdleTimeoutError(due));
      },
    });
  }

  unsubscribe(): void {
    this.waiting.unsubscribe();
  }
}

const LOOK_AGAIN = (watch?: Watch) => watch?.lookAgain();
