/** Counts values by upper bounds, as a histogram of Prometheus. */
export class Histogram {
  sum = 0;
  count = 0;
  private readonly counts: number[];

  /** @param bounds in ascending order */
  constructor(private readonly bounds: readonly number[]) {
    this.counts = bounds.map(() => 0);
  }

  observe(value: number): void {
    this.sum += value;
    this.count++;
    const bucket = this.bounds.findIndex((bound) => value <= bound);
    if (bucket !== -1) this.counts[bucket] = (this.counts[bucket] ?? 0) + 1;
  }

  /** The number of values that are at most each bound; the last bound is infinite. */
  get cumulative(): readonly (readonly [bound: number, count: number])[] {
    let count = 0;
    return [
      ...this.bounds.map((bound, bucket) => {
        count += this.counts[bucket] ?? 0;
        return [bound, count] as const;
      }),
      [Infinity, this.count],
    ];
  }
}
