import type { TimestampProvider } from 'rxjs';
import { NoRoomError } from '../../../errors.js';
import type { Path } from '../../../node/pathText.js';
import { freeBlocks, type Steps } from './steps.js';

export interface RoomOptions {
  /** A directory of the file system. */
  path: Path;
  /** Bytes of a block. */
  block: number;
  /** Bytes that have to stay free; 0 looks after nothing. */
  least: number;
  /** Bytes that not even an `ERROR` takes, of those that no file takes. */
  leastOfAll?: number;
  clock?: TimestampProvider;
}

/**
 * The free space of a file system, from which no file takes the last bytes.
 *
 * What is taken is subtracted from what was measured, and measured anew after 8 MiB, after a second
 * (others write there too), and before a file is refused.
 */
export class Room {
  private free = -Infinity;
  private taken = 0;
  private measuredAt = -Infinity;
  private readonly path: Path;
  private readonly block: number;
  private readonly least: number;
  private readonly leastOfAll: number;
  private readonly clock: TimestampProvider;

  constructor({ path, block, least, leastOfAll = least, clock = performance }: RoomOptions) {
    this.path = path;
    this.block = block;
    this.least = least;
    this.leastOfAll = Math.min(least, leastOfAll);
    this.clock = clock;
  }

  /** Takes room for bytes. Throws NoRoomError. */
  *take(bytes: number, least = this.least): Steps<void> {
    if (least === 0) return;
    const old = this.taken > EVERY || this.clock.now() - this.measuredAt > SECOND_MS;
    if (old || this.isShortOf(bytes, least)) yield* this.measure();
    if (this.isShortOf(bytes, least)) throw new NoRoomError(least);
    this.taken += bytes;
  }

  /** Takes room for a file, beside its bytes: the least it occupies is a block, however small it is. */
  takeFile(): Steps<void> {
    return this.take(this.leastOfFile);
  }

  /** The same for an `ERROR`, which may take of what files leave, because it says that they were left out. */
  takeMarker(): Steps<void> {
    return this.take(this.leastOfFile, this.leastOfAll);
  }

  private get leastOfFile(): number {
    return Math.min(Math.max(this.block, SMALL_BLOCK), LARGE_BLOCK);
  }

  private isShortOf(bytes: number, least: number): boolean {
    return this.free - this.taken - bytes < least;
  }

  private *measure(): Steps<void> {
    this.free = (yield* freeBlocks(this.path)) * this.block;
    this.taken = 0;
    this.measuredAt = this.clock.now();
  }
}

const EVERY = 8 * 2 ** 20;
const SECOND_MS = 1_000;
const SMALL_BLOCK = 4 * 2 ** 10;
const LARGE_BLOCK = 128 * 2 ** 10;
