/** How much a store has of what it limits. */
export interface Usage {
  /** Bytes of all its files, if they are limited. */
  readonly bytes?: number;
  /** The number of all its files. */
  readonly files: number;
}
