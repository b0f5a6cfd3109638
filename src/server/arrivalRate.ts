import type { TimestampProvider } from 'rxjs';

/**
 * Counts the connections of the last minute from each address. It keeps the time of each, and no address for
 * longer than that minute.
 */
export class ArrivalRate {
  /** @param times the times of arrival by host; the host that came last is the last */
  constructor(
    private readonly limit: number,
    private readonly clock: TimestampProvider,
    private readonly times = new Map<string, number[]>(),
  ) {}

  /** Whether one more from this host would be too many. */
  isReached(host: string): boolean {
    return this.lately(host).length >= this.limit;
  }

  count(host: string): void {
    const times = this.lately(host);
    times.push(this.clock.now());
    this.times.delete(host);
    this.times.set(host, times);
    this.forget();
  }

  private lately(host: string): number[] {
    const times = this.times.get(host) ?? [];
    while (this.isOver(times[0])) times.shift();
    return times;
  }

  private forget(): void {
    for (const [host, times] of this.times) {
      if (!this.isOver(times.at(-1))) return;
      this.times.delete(host);
    }
  }

  private isOver(time = Infinity): boolean {
    return this.clock.now() - time >= WINDOW_MS;
  }
}

const WINDOW_MS = 60_000;
