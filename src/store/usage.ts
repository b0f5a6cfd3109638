/**
 * How much a store has of what it limits, with what transfers in flight have reserved. Files that other programs remove
 * count until a limit is reached.
 */
export interface Usage {
  /** Bytes of all its files, if they are limited. */
  readonly bytes?: number;
  /** The number of all its files. */
  readonly files: number;
}
