import {
  asyncScheduler,
  Observable,
  of,
  type SchedulerLike,
  type Subscriber,
  Subscription,
  type TimestampProvider,
} from 'rxjs';
import { clockOf } from './clockOf.js';
import { MAX_TIMER_MS } from './maxTimer.js';
import { requireRange } from './requireRange.js';

/** How much may be saved up, and how time is measured. */
export interface ByteBudgetOptions {
  /** Bytes that may be saved up while nothing flows, and make up for timers that fire late. */
  burst?: number;
  /** What sets the timers; its time is the clock, but never a wall clock. */
  scheduler?: SchedulerLike;
}

/** The bytes that one flow, or several together, may use. */
export interface ByteBudget {
  /** Emits whether the budget is used up: at first, and at each change. */
  readonly full$: Observable<boolean>;
  /** Spends bytes at once, even if the budget has fewer. */
  spend(bytes: number): void;
}

/**
 * A budget of `rate` bytes a second, which several flows can share.
 *
 * It is a token bucket that may be overdrawn by a chunk, because a chunk is not cut: over any time, no
 * more than `rate`, `burst` and one chunk flow. It starts empty. Flows that wait take turns. A wall clock that
 * jumps has no effect; if the clock of a scheduler jumps forward, the budget grows by no more than `burst`.
 *
 * Not for counting requests or values: it counts bytes.
 *
 * @param rate bytes a second; `Infinity` costs nothing.
 * @throws RangeError if `rate` is not above 0, or `burst` is negative or `NaN`; from `spend`, if `bytes` is
 * @example
 * ```ts
 * import { byteBudget } from 'rxdrop/operators';
 *
 * const budget = byteBudget(1_000, { burst: 0 });
 * budget.full$.subscribe((full) => console.log(full));
 * budget.spend(10);
 * // → false
 * // → true
 * // → false
 * ```
 * @see {@link throttleBytes}, which spends it
 * @category Bytes
 */
export function byteBudget(
  rate: number,
  { burst = rate / 10, scheduler = asyncScheduler }: ByteBudgetOptions = {},
): ByteBudget {
  if (!(rate > 0)) throw new RangeError('the rate has to be above 0');
  requireRange('burst', burst, 0);
  return rate === Infinity ? UNLIMITED : new Bucket(rate, burst, scheduler);
}

/** Is never used up. */
export const UNLIMITED: ByteBudget = { full$: of(false), spend: () => undefined };

class Bucket implements ByteBudget {
  readonly full$: Observable<boolean>;
  /** In the order in which they may flow. */
  private readonly flows = new Set<Subscriber<boolean>>();
  private tokens = 0;
  private refilledAt: number;
  private readonly clock: TimestampProvider;
  private timer = Subscription.EMPTY;

  constructor(
    private readonly rate: number,
    private readonly burst: number,
    private readonly scheduler: SchedulerLike,
  ) {
    this.clock = clockOf(scheduler);
    this.refilledAt = this.clock.now();
    this.full$ = new Observable((flow) => {
      this.flows.add(flow);
      flow.add(() => {
        this.flows.delete(flow);
        if (this.flows.size === 0) this.timer.unsubscribe();
      });
      this.refill();
      if (this.full) this.wait();
      flow.next(this.full);
    });
  }

  spend(bytes: number): void {
    requireRange('bytes', bytes, 0);
    this.refill();
    this.tokens -= bytes;
    if (!this.full) return;
    this.wait();
    for (const flow of this.flows) flow.next(true);
  }

  private get full(): boolean {
    return this.tokens < 0;
  }

  private refill(): void {
    const now = this.clock.now();
    const earned = (Math.max(0, now - this.refilledAt) * this.rate) / 1_000;
    this.tokens = Math.min(this.burst, this.tokens + earned);
    this.refilledAt = now;
  }

  private wait(): void {
    if (!this.timer.closed) return;
    const due = Math.min(MAX_TIMER_MS, Math.ceil((-this.tokens / this.rate) * 1_000));
    this.timer = this.scheduler.schedule(() => {
      // The flows may use it up again.
      this.timer = Subscription.EMPTY;
      this.refill();
      if (this.full) this.wait();
      else this.release();
    }, due);
  }

  /** A flow that was released moves to the end of the queue. */
  private release(): void {
    for (const flow of [...this.flows]) {
      if (this.full) return;
      this.flows.delete(flow);
      this.flows.add(flow);
      flow.next(false);
    }
  }
}
