import type { CurveState } from './state.js';

/**
 * The bytes of each of the last 300 seconds. Bytes are reported at the end of the time in which they arrived, and are
 * spread over that time, so a transfer that reports once per second is a line, not a comb.
 *
 * It needs no timer: seconds without bytes are filled in at the next call.
 */
export class Curve {
  private readonly buckets = new Float64Array(SECONDS);
  /** The newest second that has a bucket. */
  private newest: number;

  /** @param now milliseconds of any clock, as in the other methods */
  constructor(now: number) {
    this.newest = secondOf(now);
  }

  /** Adds bytes that arrived within the last `ms` milliseconds. */
  add(now: number, bytes: number, ms: number): void {
    if (bytes === 0) return;
    this.advance(secondOf(now));
    const span = Math.min(Math.max(ms, 1), (SECONDS - 1) * SECOND_MS);
    const from = now - span;
    for (let second = secondOf(from); second <= secondOf(now); second++) {
      const [start, end] = [second * SECOND_MS, (second + 1) * SECOND_MS];
      const share = (bytes * (Math.min(end, now) - Math.max(start, from))) / span;
      this.buckets[slot(second)] = (this.buckets[slot(second)] ?? 0) + share;
    }
  }

  /** Returns the seconds that are over, except the last one, whose bytes may still be reported. */
  read(now: number): CurveState {
    this.advance(secondOf(now));
    const second = this.newest - 1;
    const count = SECONDS - 2;
    const bytes = Array.from({ length: count }, (_, index) =>
      Math.round(this.buckets[slot(second - count + index)] ?? 0),
    );
    return { second, bytes };
  }

  private advance(second: number): void {
    const first = Math.max(this.newest + 1, second - SECONDS + 1);
    for (let empty = first; empty <= second; empty++) this.buckets[slot(empty)] = 0;
    this.newest = Math.max(this.newest, second);
  }
}

const SECOND_MS = 1_000;
/** Five minutes, and the two seconds that are not complete. */
const SECONDS = 302;

const secondOf = (ms: number): number => Math.floor(ms / SECOND_MS);

/** Seconds may be negative. */
const slot = (second: number): number => ((second % SECONDS) + SECONDS) % SECONDS;
