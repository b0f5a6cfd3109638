import type { TimestampProvider } from 'rxjs';
import type { Path } from '../../../node/pathText.js';
import { stat } from './fileCalls.js';
import type { Steps } from './steps.js';

/**
 * Checks at most once a second, before a file is created, that the path still leads to the directory that
 * is locked and was surveyed. A directory that was created in its place is neither.
 */
export class SameDirectory {
  private checkedAt: number;

  constructor(
    private readonly path: Path,
    private readonly inode: Inode,
    private readonly clock: TimestampProvider = performance,
  ) {
    this.checkedAt = clock.now();
  }

  /** Throws if the path leads to another directory. */
  *check(): Steps<void> {
    if (this.clock.now() - this.checkedAt <= CHECK_MS) return;
    const { dev, ino } = yield* stat(this.path);
    if (dev !== this.inode.dev || ino !== this.inode.ino)
      throw new Error('another directory was put in the place of this one');
    this.checkedAt = this.clock.now();
  }
}

/** What distinguishes a directory, or a file, from another one in its place. */
export interface Inode {
  readonly dev: bigint;
  readonly ino: bigint;
}

const CHECK_MS = 1_000;
