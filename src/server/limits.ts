import { identity, type MonoTypeOperatorFunction, type Observable, pipe } from 'rxjs';
import { type IdleTimeoutOptions, limitBytes, maxDuration, minRate } from '../operators/index.js';
import { requireRange } from '../operators/requireRange.js';
import type { Lifetime } from './lifetime.js';

/** The limits of a transfer. Each has one name, from the command line to its use here. */
export interface Limits {
  /** Milliseconds without data after which a transfer fails (S6); 10,000 by default. `Infinity`: never. */
  idleTimeout?: number | undefined;
  /** Whether silence is an error, or the end of the file, for senders that never half-close. */
  onIdle?: 'error' | 'keep' | undefined;
  /** The maximum bytes of a file. */
  maxSize?: number | undefined;
  /** The minimum bytes per second of a sender, over its last 10 s. */
  minRate?: number | undefined;
  /** The maximum milliseconds of a transfer. */
  maxDuration?: number | undefined;
}

/** The times of a server that are not limits of a transfer. */
interface Times extends Lifetime {
  drain?: number | undefined;
  patience?: number | undefined;
  progress?: number | undefined;
  checkTimeout?: number | undefined;
}

/**
 * Checks limits and times before the server listens.
 *
 * @throws RangeError if one is `NaN` or negative
 */
export function requireLimits(options: Limits & Times): void {
  const { idleTimeout, maxSize, minRate, maxDuration, drain, patience } = options;
  const { exitIdle, checkTimeout } = options;
  const given = {
    ...{ idleTimeout, maxSize, minRate, maxDuration, drain, patience },
    ...{ exitIdle, checkTimeout },
  };
  for (const [name, value] of Object.entries(given))
    if (value !== undefined) requireRange(name, value, 0);
  const { progress = 1, count = 1 } = options;
  requireRange('progress', progress, 1);
  requireRange('count', count, 1);
}

export const IDLE_TIMEOUT_MS = 10_000;

/** Whether silence ends the file, and is no error. */
const silenceIsEnd = ({ onIdle, idleTimeout = IDLE_TIMEOUT_MS }: Limits): boolean =>
  onIdle === 'keep' && idleTimeout < Infinity;

/**
 * Errors at the first limit that is exceeded. These operators belong below the hold; `idleTimeout` belongs above it.
 *
 * @throws TooLargeError, TooSlowError, TooLongError
 */
export const withinLimits = (
  limits: Limits & IdleTimeoutOptions,
  held$: Observable<boolean>,
): MonoTypeOperatorFunction<Uint8Array> =>
  pipe(
    limitBytes(limits.maxSize ?? Infinity),
    limits.minRate
      ? minRate(limits.minRate, { ...limits, held$, ignoreSilence: silenceIsEnd(limits) })
      : identity,
    maxDuration(limits.maxDuration ?? Infinity),
  );
