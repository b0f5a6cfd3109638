import type { TimestampProvider } from 'rxjs';
import { NoRoomError } from '../errors.js';
import { freeSpace, type Steps } from './steps.js';

export interface RoomOptions {
  /** A directory of the file system. */
  path: string;
  /** Bytes that have to stay free; 0 looks after nothing. */
  least: number;
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
  private readonly path: string;
  private readonly least: number;
  private readonly clock: TimestampProvider;

  constructor({ path, least, clock = performance }: RoomOptions) {
    this.path = path;
    this.least = least;
    this.clock = clock;
  }

  /** Takes room for bytes. Throws NoRoomError. */
  *take(bytes: number): Steps<void> {
    if (this.least === 0) return;
    this.taken += bytes;
    const old = this.taken > EVERY || this.clock.now() - this.measuredAt > SECOND;
    if (old || this.short) yield* this.measure();
    if (this.short) throw new NoRoomError(this.least);
  }

  private get short(): boolean {
    return this.free - this.taken < this.least;
  }

  private *measure(): Steps<void> {
    this.free = yield* freeSpace(this.path);
    this.taken = 0;
    this.measuredAt = this.clock.now();
  }
}

const EVERY = 8 * 2 ** 20;
const SECOND = 1_000;
