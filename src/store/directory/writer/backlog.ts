/** A part that adds bytes to the backlog, and has to know whether the backlog is full. */
export interface BacklogMember {
  updateFull(): void;
}

/**
 * The bytes that all parts of a store have copied but not yet written, because the disk is slow. Above the
 * limit, every part is full, however little it has copied itself, until half of the limit is written:
 * thousands of senders may have a chunk under way each, and together these must not fill the memory.
 */
export class Backlog {
  full = false;
  private bytes = 0;
  private readonly members = new Set<BacklogMember>();

  /** @param limit bytes */
  constructor(private readonly limit: number) {}

  join(member: BacklogMember): void {
    this.members.add(member);
  }

  leave(member: BacklogMember): void {
    this.members.delete(member);
  }

  /** @param bytes copied bytes, or written bytes as a negative number */
  grow(bytes: number): void {
    this.bytes += bytes;
    const full = this.bytes > (this.full ? this.limit / 2 : this.limit);
    if (full === this.full) return;
    this.full = full;
    for (const member of this.members) member.updateFull();
  }
}
