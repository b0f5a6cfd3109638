import type { TimestampProvider } from 'rxjs';

/** Milliseconds since a time of a clock, rounded to microseconds: more digits are noise. */
export const elapsed = (clock: TimestampProvider, since: number): number =>
  Math.round((clock.now() - since) * 1_000) / 1_000;
