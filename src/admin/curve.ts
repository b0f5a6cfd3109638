import type { CurveState } from './state.js';

/**
 * Bytes per second over the last minutes. Bytes are reported at the end of the time in which they came, so they are
 * spread over it: a transfer that reports once a second makes a line, and no comb.
 *
 * Nothing happens here unless something is reported or read: seconds without bytes are found out then.
 */
export class Curve {
  private readonly buckets = new Float64Array(SECONDS);
  /** The newest second that has a bucket. */
  private newest: number;

  /** @param now milliseconds, as for all others here */
  constructor(now: number) {
    this.newest = secondOf(now);
  }

  /** Adds bytes that came within the last `ms`. */
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

  /** The seconds that are over, but for the last one: what came in it may still be reported. */
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
/** Five minutes, and the two seconds that are not over. */
const SECONDS = 302;

const secondOf = (ms: number): number => Math.floor(ms / SECOND_MS);

/** A clock may start below zero. */
const slot = (second: number): number => ((second % SECONDS) + SECONDS) % SECONDS;
