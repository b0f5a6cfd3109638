/**
 * Divides synchronous work among rounds of the event loop: once it has taken this one for `SLICE_MS`, what is
 * still to begin waits for the next. Thousands of transfers that end at once (a stop) then leave the clock, the
 * other connections and the garbage collector their turn.
 */
export class Slices {
  private spent = 0;
  private isScheduled = false;
  private readonly waiting = new Set<() => void>();

  /** Milliseconds of a synchronous call. */
  spend(ms: number): void {
    this.spent += ms;
  }

  /** Begins now if nothing waits, else in its turn. Returns what takes it back. */
  begin(start: () => void): () => void {
    if (this.waiting.size === 0 && !this.isUsedUp) {
      start();
      return NOTHING;
    }
    this.waiting.add(start);
    this.schedule();
    return () => {
      this.waiting.delete(start);
    };
  }

  private get isUsedUp(): boolean {
    return this.spent >= SLICE_MS;
  }

  private schedule(): void {
    if (this.isScheduled) return;
    this.isScheduled = true;
    setImmediate(this.next);
  }

  private readonly next = (): void => {
    this.isScheduled = false;
    this.spent = 0;
    for (const start of this.waiting) {
      if (this.isUsedUp) break;
      this.waiting.delete(start);
      start();
    }
    if (this.waiting.size > 0) this.schedule();
  };
}

const SLICE_MS = 20;
const NOTHING = () => undefined;
