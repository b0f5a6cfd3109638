/** A temporary file whose time of change can be renewed. */
export interface Touchable {
  touch(): void;
}

/**
 * The temporary files that are open. They are touched regularly, so that a server that cannot see our lock
 * (in another network namespace) does not remove them as the remains of a killed run. The store calls
 * `touch` by a timer of its own, so the data path sets no timer.
 */
export class OpenTemporaries {
  private readonly files = new Set<Touchable>();

  add(file: Touchable): void {
    this.files.add(file);
  }

  delete(file: Touchable): void {
    this.files.delete(file);
  }

  touch(): void {
    for (const file of this.files) file.touch();
  }
}
