import type { TimestampProvider } from 'rxjs';
import type { Path } from '../../../node/pathText.js';
import { type Steps, targetOf } from './steps.js';

/**
 * Looks once a second, before a file is made, whether the path still leads to the directory that is locked
 * and was surveyed. One that was made anew in its place is neither.
 */
export class Home {
  private lookedAt: number;

  constructor(
    private readonly path: Path,
    private readonly identity: Identity,
    private readonly clock: TimestampProvider = performance,
  ) {
    this.lookedAt = clock.now();
  }

  /** Throws if the directory is not in its place. */
  *check(): Steps<void> {
    if (this.clock.now() - this.lookedAt <= LOOK_MS) return;
    const { dev, ino } = yield* targetOf(this.path);
    if (dev !== this.identity.dev || ino !== this.identity.ino)
      throw new Error('another directory was put in the place of this one');
    this.lookedAt = this.clock.now();
  }
}

export interface Identity {
  readonly dev: bigint;
  readonly ino: bigint;
}

const LOOK_MS = 1_000;
