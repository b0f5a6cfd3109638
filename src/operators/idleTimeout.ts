import {
  asyncScheduler,
  identity,
  type MonoTypeOperatorFunction,
  Observable,
  type Observer,
  type SchedulerLike,
  type Subscriber,
  Subscription,
  take,
  timer,
  type TimestampProvider,
  type Unsubscribable,
} from 'rxjs';
import { IdleTimeoutError } from '../errors.js';
import { clockOf } from './clockOf.js';
import { MAX_TIMER_MS } from './maxTimer.js';
import { requireRange } from './requireRange.js';
import { subscribeFor } from './subscribeFor.js';

/** How time is measured, and how long to wait before the error. */
export interface IdleTimeoutOptions {
  /** What sets the timers; its time is the clock, but never a wall clock. */
  scheduler?: SchedulerLike;
  /**
   * How long to wait once more for a value before the error: until this emits or completes. Node runs
   * timers before the poll that delivers waiting bytes, so pass the end of that poll there (`afterPoll$`);
   * otherwise a process that was stopped reports every source as idle when it continues.
   */
  lookAgain$?: Observable<unknown>;
}

/**
 * Errors if the source stays silent for over `due` milliseconds, from the start or after a value.
 *
 * A value on the very last millisecond is in time. A value costs no timer: the time at which it came is
 * stored; when the one timer fires, it compares that time and waits for the rest. A wall clock that jumps has
 * no effect.
 *
 *     source          --a--b------c----------------|
 *     idleTimeout(9)  --a--b------c--------#
 *     source is read  ^--------------------!
 *
 * Not for a source that has to end by some time, however active it is (`maxDuration`), and not for a
 * source that must not be slow (`minRate`).
 *
 * @param due milliseconds; `Infinity`, or more than a timer can count, never errors.
 * @throws IdleTimeoutError
 * @throws RangeError at once, if `due` is negative or `NaN`
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
 * @see {@link heldWhile}, which also stops this clock if it is below
 * @category Time
 */
export function idleTimeout<T>(
  due: number,
  { scheduler = asyncScheduler, lookAgain$ = timer(0, scheduler) }: IdleTimeoutOptions = {},
): MonoTypeOperatorFunction<T> {
  requireRange('due', due, 0);
  if (due > MAX_TIMER_MS) return identity;
  return (source) =>
    new Observable((subscriber) => {
      const clock = new IdleClock(subscriber, due, lookAgain$, scheduler);
      subscriber.add(clock);
      subscribeFor(subscriber, source, clock);
    });
}

/** A class, because ten thousand silent connections are watched: methods cost them nothing. */
class IdleClock<T> implements Observer<T>, Unsubscribable {
  private readonly clock: TimestampProvider;
  /** When the last value came, in milliseconds. */
  private lastValueAt: number;
  /** The timer, or the second look. */
  private waiting: Subscription;
  private looking = false;

  constructor(
    private readonly subscriber: Subscriber<T>,
    private readonly due: number,
    private readonly lookAgain$: Observable<unknown>,
    private readonly scheduler: SchedulerLike,
  ) {
    this.clock = clockOf(scheduler);
    this.lastValueAt = this.clock.now();
    this.waiting = this.schedule(due);
  }

  next(value: T): void {
    this.lastValueAt = this.clock.now();
    if (this.looking) {
      this.looking = false;
      this.waiting.unsubscribe();
      this.waiting = this.schedule(this.due);
    }
    this.subscriber.next(value);
  }

  error(error: unknown): void {
    this.subscriber.error(error);
  }

  complete(): void {
    this.subscriber.complete();
  }

  /** The timer has fired: values may have come since it was set. */
  check(): void {
    const remaining = this.lastValueAt + this.due - this.clock.now();
    if (remaining > 0) this.waiting = this.schedule(remaining);
    else this.lookAgain();
  }

  unsubscribe(): void {
    this.waiting.unsubscribe();
  }

  /** A timer leaves out parts of a millisecond. */
  private schedule(delay: number): Subscription {
    return this.scheduler.schedule(runCheck, Math.ceil(delay), this);
  }

  private lookAgain(): void {
    const { subscriber, due } = this;
    this.looking = true;
    this.waiting = this.lookAgain$.pipe(take(1)).subscribe({
      error: (error: unknown) => {
        subscriber.error(error);
      },
      complete: () => {
        subscriber.error(new IdleTimeoutError(due));
      },
    });
  }
}

const runCheck = (clock?: IdleClock<unknown>) => clock?.check();
