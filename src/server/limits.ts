import { identity, type MonoTypeOperatorFunction, type Observable, pipe } from 'rxjs';
import { type IdleTimeoutOptions, limitBytes, maxDuration, minRate } from '../operators/index.js';
import { requireRange } from '../operators/requireRange.js';

/** What a transfer may be at most, and at least. One name each, from the command line to its use here. */
export interface Limits {
  /** Milliseconds without data after which a sender is given up (S6); 10,000 without it. `Infinity`: never. */
  idleTimeout?: number | undefined;
  /** What silence is: an error, or the end of a sender that never half-closes. */
  onIdle?: 'error' | 'keep' | undefined;
  /** The most bytes that a file may have. */
  maxSize?: number | undefined;
  /** The fewest bytes a second that a sender may bring, over its last 10 s. */
  minRate?: number | undefined;
  /** The most milliseconds that a transfer may take. */
  maxDuration?: number | undefined;
}

/** The times of a server, beside the limits of its transfers. */
interface Times {
  drain?: number | undefined;
  patience?: number | undefined;
  progress?: number | undefined;
  checkTimeout?: number | undefined;
}

/**
 * Finds a limit or a time that is none before anybody connects.
 *
 * @throws RangeError for `NaN` and for what is negative
 */
export function requireLimits(options: Limits & Times): void {
  const {
    idleTimeout,
    maxSize,
    minRate,
    maxDuration,
    drain,
    patience,
    progress = 1,
    checkTimeout,
  } = options;
  const given = { idleTimeout, maxSize, minRate, maxDuration, drain, patience, checkTimeout };
  for (const [name, value] of Object.entries(given))
    if (value !== undefined) requireRange(name, value, 0);
  requireRange('progress', progress, 1);
}

export const IDLE_TIMEOUT_MS = 10_000;

/** Whether silence ends a file, and is no error. */
const keepsSilent = ({ onIdle, idleTimeout = IDLE_TIMEOUT_MS }: Limits): boolean =>
  onIdle === 'keep' && idleTimeout < Infinity;

/**
 * Errors at the first limit that is passed. Silence is judged above the hold, by `idleTimeout` itself; these
 * belong below it.
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
      ? minRate(limits.minRate, { ...limits, held$, ignoreSilence: keepsSilent(limits) })
      : identity,
    maxDuration(limits.maxDuration ?? Infinity),
  );
