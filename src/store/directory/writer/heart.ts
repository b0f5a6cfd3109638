/** What shows that it lives when the heart beats. */
export interface Beating {
  beat(): void;
}

/**
 * Touches the temporaries that are open, so that a server which cannot see our lock (in another network
 * namespace) does not take them for what a killed run has left. It beats from outside, off the path of the data.
 */
export class Heart {
  private readonly open = new Set<Beating>();

  join(temporary: Beating): void {
    this.open.add(temporary);
  }

  leave(temporary: Beating): void {
    this.open.delete(temporary);
  }

  beat(): void {
    for (const temporary of this.open) temporary.beat();
  }
}
