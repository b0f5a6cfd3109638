import { asyncScheduler, defer, map, type OperatorFunction, type TimestampProvider } from 'rxjs';
import { clockOf } from './clockOf.js';
import { requireRange } from './requireRange.js';

/** The size of the whole, and how the rate is measured. */
export interface ProgressOptions {
  /** The bytes of the whole, if they are known. */
  total?: number | undefined;
  /** Milliseconds over which the current rate is measured. */
  window?: number;
  /** The clock, in milliseconds; by default a monotonic one, and virtual time in marbles. */
  clock?: TimestampProvider;
}

/** The bytes so far, their rate, and the time that is left. */
export interface Progress {
  /** Bytes so far. */
  readonly bytes: number;
  /** The bytes of the whole, if they are known. */
  readonly total: number | undefined;
  /** Milliseconds since the subscription. */
  readonly elapsed: number;
  /** Bytes per second over the last `window`. */
  readonly rate: number;
  /** Bytes per second since the subscription. */
  readonly average: number;
  /** Milliseconds to go at the current rate; unknown without a `total` or without a rate. */
  readonly eta: number | undefined;
}

/**
 * Turns positions (bytes so far) into progress: rate, average, time to go.
 *
 * It takes positions rather than sizes so that its source may be sampled without losing a byte.
 *
 *     source                  --1-4---8-|
 *     progress({ total: 8 })  --p-q---r-|
 *
 * At `q`, 4 bytes have arrived in 4 ms: 1,000 bytes per second, and 4 ms to go.
 *
 * Not for chunks: add their sizes up before (RxJS's `scan`), and thin them out (`auditTime`) if nobody
 * reads that often.
 *
 * @throws RangeError at once, if `window` is less than 1 ms
 * @example
 * ```ts
 * import { of, scan } from 'rxjs';
 * import { progress } from 'rxdrop/operators';
 *
 * of(new Uint8Array(10), new Uint8Array(10))
 *   .pipe(
 *     scan((position, { byteLength }) => position + byteLength, 0),
 *     progress({ total: 20 }),
 *   )
 *   .subscribe(({ bytes, total }) => console.log(`${bytes} of ${total}`));
 * // → 10 of 20
 * // → 20 of 20
 * ```
 * @category Watching
 */
export function progress({
  total,
  window = 5_000,
  clock: customClock,
}: ProgressOptions = {}): OperatorFunction<number, Progress> {
  requireRange('window', window, 1);
  return (source) =>
    defer(() => {
      const clock = customClock ?? clockOf(asyncScheduler);
      const start: Sample = { at: clock.now(), bytes: 0 };
      let samples = [start];
      return source.pipe(
        map((bytes) => {
          const now = { at: clock.now(), bytes };
          samples = addSample(window, samples, now);
          const rate = rateBetween(samples[0] ?? start, now);
          return {
            bytes,
            total,
            elapsed: now.at - start.at,
            rate,
            average: rateBetween(start, now),
            eta: etaOf({ bytes, total, rate }),
          };
        }),
      );
    });
}

/** Milliseconds to go; unknown without a total, or while the rate is not positive. */
export const etaOf = ({ bytes, total, rate }: Pick<Progress, 'bytes' | 'rate' | 'total'>) =>
  total === undefined || rate <= 0 ? undefined : ((total - bytes) / rate) * 1_000;

interface Sample {
  readonly at: number;
  readonly bytes: number;
}

/** Bytes per second between two samples; 0 while no time has passed. */
const rateBetween = (from: Sample, to: Sample): number =>
  to.at > from.at ? ((to.bytes - from.bytes) / (to.at - from.at)) * 1_000 : 0;

/** The samples to measure from: some twenty a window, and the last one older than the window. */
function addSample(window: number, samples: Sample[], now: Sample): Sample[] {
  const last = samples.at(-1);
  const kept = last === undefined || now.at - last.at >= window / 20 ? [...samples, now] : samples;
  const first = kept.findLastIndex(({ at }) => at <= now.at - window);
  return first > 0 ? kept.slice(first) : kept;
}
