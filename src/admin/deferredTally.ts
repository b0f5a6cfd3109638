import type { TimestampProvider } from 'rxjs';
import type { ServerEvent } from '../server/events.js';
import { Tally } from './tally.js';

/**
 * Counts events when the tally is read, or when 256 wait. Counting each event by itself would cost twice as much,
 * because the code and the data of the tally leave the caches of the processor until the next event.
 */
export class DeferredTally {
  private readonly tally: Tally;
  private waiting: ServerEvent[] = [];
  /** When each of the waiting events came. */
  private readonly times = new Float64Array(MAX_WAITING);

  /** @param clock milliseconds, monotonic */
  constructor(private readonly clock: TimestampProvider) {
    this.tally = new Tally(clock.now());
  }

  add(event: ServerEvent): void {
    this.times[this.waiting.length] = this.clock.now();
    if (this.waiting.push(event) === MAX_WAITING) this.countWaiting();
  }

  /** Returns the tally of all events. */
  read(): Tally {
    this.countWaiting();
    return this.tally;
  }

  private countWaiting(): void {
    this.waiting.forEach((event, index) => {
      this.tally.count(event, this.times[index] ?? 0);
    });
    this.waiting = [];
  }
}

const MAX_WAITING = 256;
