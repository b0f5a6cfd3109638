import {
  asyncScheduler,
  defer,
  distinctUntilChanged,
  expand,
  map,
  type Observable,
  of,
  skip,
  switchMap,
  timer,
  type TimestampProvider,
} from 'rxjs';
import type { Uplink } from '../node/uplink.js';

/** The part of an uplink that is watched. */
export type Watched = Pick<Uplink, 'taken' | 'pending' | 'unacknowledged$'>;

export interface WatchOptions {
  /** Milliseconds without progress after which it errors; `Infinity` never does. */
  due: number;
  /** Makes the error. */
  createError: (due: number) => Error;
  /** Whether progress is possible; without bytes to send or acknowledge, there is no stall. */
  waiting?: (unacknowledged: number | undefined) => boolean;
  /** A monotonic clock, in milliseconds. */
  clock?: TimestampProvider;
}

/**
 * Looks at an uplink four times a second, emits the bytes our kernel has taken when they have changed,
 * and errors after `due` milliseconds without progress.
 *
 * Progress is a byte more taken by our kernel or acknowledged by the peer's: megabytes wait in the
 * kernels, so with a slow receiver that never stops the first stands still for many seconds. If our own
 * queue is empty, since the input is the slow side, our kernel takes whatever comes, whoever is at the
 * other end: then only acknowledgements are progress, as far as the system shows them. Reading them takes the
 * longer, the more sockets the machine has, so it is not done while the kernels take more than they can keep.
 *
 * A look that comes late adds nothing to the time without progress, because a process that was suspended
 * or busy has not looked; and each error follows a fresh look at both.
 *
 *     taken        1.2.2.3.3.3.3
 *     watch        --1-2---3-------#
 */
export function watch(uplink: Watched, options: WatchOptions): Observable<number> {
  const { due, createError, clock = asyncScheduler } = options;
  const intervalMs = Math.min(LOOK_MS, due / 4);
  return defer(() => of({ ...NOTHING_SEEN, at: clock.now() })).pipe(
    expand((before) =>
      timer(intervalMs).pipe(
        switchMap(() => look(uplink, before, { ...options, intervalMs, clock })),
      ),
    ),
    skip(1),
    map(({ taken, quietMs }) => {
      if (quietMs >= due) throw createError(due);
      return taken;
    }),
    distinctUntilChanged(),
  );
}

/** Between two looks. */
const LOOK_MS = 250;

/** More than kernels keep of a connection: if as much is taken between two looks, some of it is acknowledged. */
const KERNEL_BYTES = 16 * 2 ** 20;

interface Look {
  readonly at: number;
  readonly taken: number;
  /** The most that was ever seen; unknown if it is not shown, or was not asked for: it is a search. */
  readonly acknowledged: number | undefined;
  readonly waiting: boolean;
  /** Milliseconds without progress. */
  readonly quietMs: number;
}

const NOTHING_SEEN: Look = {
  at: 0,
  taken: -1,
  acknowledged: undefined,
  waiting: false,
  quietMs: 0,
};

interface LookOptions extends WatchOptions {
  intervalMs: number;
  clock: TimestampProvider;
}

function look(uplink: Watched, before: Look, options: LookOptions): Observable<Look> {
  const { due, intervalMs, clock, waiting: isWaiting = () => true } = options;
  const late = clock.now() - before.at > 2 * intervalMs;
  const [taken, queued] = [uplink.taken(), uplink.pending() > 0];
  const isNew = taken !== before.taken;
  const judge = (unacknowledged: number | undefined): Look => {
    const [at, takenNow] = [clock.now(), uplink.taken()];
    // What is taken during the search may be in its answer: so it is never too much that counts as acknowledged.
    const acknowledged =
      unacknowledged === undefined
        ? before.acknowledged
        : Math.max(taken - unacknowledged, before.acknowledged ?? -Infinity);
    const shown = unacknowledged !== undefined && before.acknowledged !== undefined;
    const moved =
      (shown && acknowledged !== before.acknowledged) ||
      (takenNow !== before.taken && (queued || !shown));
    const waiting = moved || isWaiting(unacknowledged);
    // Standing still begins with the first look that finds something to wait for.
    const stands = before.waiting && waiting && !moved;
    // A process that is suspended while it looks counts no more of that than four looks.
    const passed = late ? 0 : Math.min(at - before.at, 4 * intervalMs);
    return {
      ...{ at, taken: takenNow, acknowledged, waiting },
      quietMs: stands ? before.quietMs + passed : 0,
    };
  };
  // What is all acknowledged stays so until more is taken; only an error needs a new search.
  if (!isNew && before.acknowledged === taken && before.quietMs + intervalMs < due)
    return of(judge(0));
  const leapt = taken - before.taken > KERNEL_BYTES;
  if (due === Infinity || (isNew && queued) || leapt) return of(judge(undefined));
  return uplink.unacknowledged$.pipe(map(judge));
}
