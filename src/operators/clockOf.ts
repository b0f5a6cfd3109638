import type { SchedulerLike, TimestampProvider } from 'rxjs';

/**
 * The clock by which a scheduler's delays can be measured. RxJS's own schedulers set monotonic timers, but
 * their `now` reads the wall clock, which somebody may set: `performance` replaces it. A scheduler of virtual
 * time, also one that stands in for RxJS's own, has a time of its own.
 */
export const clockOf = (scheduler: SchedulerLike): TimestampProvider =>
  Math.abs(scheduler.now() - Date.now()) < MINUTE_MS ? performance : scheduler;

const MINUTE_MS = 60_000;
