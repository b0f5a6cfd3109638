import type { TimestampProvider } from 'rxjs';
import { NoRoomError } from '../../../errors.js';
import type { Path } from '../../../node/pathText.js';
import { freeBlocks } from './fileCalls.js';
import type { Steps } from './steps.js';

export interface RoomOptions {
  /** A directory of the file system. */
  path: Path;
  /** Bytes of a block. */
  blockSize: number;
  /** Bytes that files leave free; 0: no limit, and nothing is measured. */
  minFree: number;
  /** Bytes that an `ERROR` leaves free; never more than `minFree`. */
  minFreeForMarker?: number;
  clock?: TimestampProvider;
}

/**
 * The free space of a file system, of which files leave a reserve.
 *
 * It subtracts the bytes that were taken from the free bytes that were measured. It measures again after
 * 8 MiB, after a second (other programs write there too), and before it refuses a file.
 */
export class Room {
  private free = -Infinity;
  private taken = 0;
  private measuredAt = -Infinity;
  private readonly path: Path;
  private readonly blockSize: number;
  private readonly minFree: number;
  private readonly minFreeForMarker: number;
  private readonly clock: TimestampProvider;

  constructor({
    path,
    blockSize,
    minFree,
    minFreeForMarker = minFree,
    clock = performance,
  }: RoomOptions) {
    this.path = path;
    this.blockSize = blockSize;
    this.minFree = minFree;
    this.minFreeForMarker = Math.min(minFree, minFreeForMarker);
    this.clock = clock;
  }

  /** Takes room for bytes. Throws NoRoomError. */
  *take(bytes: number, minFree = this.minFree): Steps<void> {
    if (minFree === 0) return;
    const old = this.taken > MEASURE_BYTES || this.clock.now() - this.measuredAt > MEASURE_MS;
    if (old || this.isShortOf(bytes, minFree)) yield* this.measure();
    if (this.isShortOf(bytes, minFree)) throw new NoRoomError(minFree);
    this.taken += bytes;
  }

  /** Takes room for a new file, without its bytes: the smallest file takes a block. */
  takeFile(): Steps<void> {
    return this.take(this.newFileBytes);
  }

  /** Takes room for a new `ERROR`. It may use a part of the reserve, because it reports that a file is missing. */
  takeMarker(): Steps<void> {
    return this.take(this.newFileBytes, this.minFreeForMarker);
  }

  private get newFileBytes(): number {
    return Math.min(Math.max(this.blockSize, SMALL_BLOCK_BYTES), LARGE_BLOCK_BYTES);
  }

  private isShortOf(bytes: number, minFree: number): boolean {
    return this.free - this.taken - bytes < minFree;
  }

  private *measure(): Steps<void> {
    this.free = (yield* freeBlocks(this.path)) * this.blockSize;
    this.taken = 0;
    this.measuredAt = this.clock.now();
  }
}

const KiB = 2 ** 10;
const MEASURE_BYTES = 8 * 2 ** 20;
const MEASURE_MS = 1_000;
const SMALL_BLOCK_BYTES = 4 * KiB;
const LARGE_BLOCK_BYTES = 128 * KiB;
