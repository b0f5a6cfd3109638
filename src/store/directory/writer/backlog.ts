/** Who takes bytes into the backlog, and is told whether it is too long. */
export interface Contributor {
  hold(): void;
}

/**
 * The bytes that all parts of a store have copied and not written yet, because the disk is slow. Beyond
 * a limit every part is full, whatever it has taken itself, until half of that is written: thousands of
 * senders may each have a chunk under way, and together these must not fill the memory.
 */
export class Backlog {
  /** Whether it is too long. */
  crowded = false;
  private bytes = 0;
  private readonly contributors = new Set<Contributor>();

  /** @param limit bytes */
  constructor(private readonly limit: number) {}

  join(contributor: Contributor): void {
    this.contributors.add(contributor);
  }

  leave(contributor: Contributor): void {
    this.contributors.delete(contributor);
  }

  /** Bytes that were taken, or written where it is negative. */
  grow(bytes: number): void {
    this.bytes += bytes;
    const crowded = this.bytes > (this.crowded ? this.limit / 2 : this.limit);
    if (crowded === this.crowded) return;
    this.crowded = crowded;
    for (const contributor of this.contributors) contributor.hold();
  }
}
