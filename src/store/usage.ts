/**
 * How much a store has of what it limits, with what transfers in flight have reserved, and what waits for its engine.
 * Files that other programs remove count until a limit is reached.
 */
export interface Usage {
  /** Bytes of all its files, if they are limited. */
  readonly bytes?: number;
  /** The number of all its files, if they or their bytes are limited. */
  readonly files?: number;
  /** The files that wait on the local disk until they are objects, if the store has an engine. */
  readonly waiting?: number;
}
