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

/** What is watched of an uplink. */
export type Watched = Pick<Uplink, 'taken' | 'pending' | 'unacknowledged$'>;

export interface WatchOptions {
  /** Milliseconds without progress after which it errors; `Infinity` never does. */
  due: number;
  /** Makes the error. */
  accuse: (due: number) => Error;
  /** Whether there is anything to make progress with; standing still without is no stall. */
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
 * other end: then only acknowledgements are progress, as far as the system shows them.
 *
 * A look that comes late adds nothing to the time without progress, because a process that was suspended
 * or busy has not looked; and each error follows a fresh look at both.
 *
 *     taken        1.2.2.3.3.3.3
 *     watch        --1-2---3-------#
 */
export function watch(uplink: Watched, options: WatchOptions): Observable<number> {
  const { due, accuse, clock = asyncScheduler } = options;
  const every = Math.min(LOOK_MS, due / 4);
  return defer(() => of({ ...NOTHING_SEEN, at: clock.now() })).pipe(
    expand((before) =>
      timer(every).pipe(switchMap(() => look(uplink, before, { ...options, every, clock }))),
    ),
    skip(1),
    map(({ taken, quiet }) => {
      if (quiet >= due) throw accuse(due);
      return taken;
    }),
    distinctUntilChanged(),
  );
}

/** Between two looks. */
const LOOK_MS = 250;

interface Look {
  readonly at: number;
  readonly taken: number;
  /** The most that was ever seen; unknown if it is not shown, or was not asked for: it is a search. */
  readonly acknowledged: number | undefined;
  readonly waiting: boolean;
  /** Milliseconds without progress. */
  readonly quiet: number;
}

const NOTHING_SEEN: Look = {
  at: 0,
  taken: -1,
  acknowledged: undefined,
  waiting: false,
  quiet: 0,
};

interface LookOptions extends WatchOptions {
  every: number;
  clock: TimestampProvider;
}

function look(uplink: Watched, before: Look, options: LookOptions): Observable<Look> {
  const { due, every, clock, waiting: isWaiting = () => true } = options;
  const late = clock.now() - before.at > 2 * every;
  const [taken, queued] = [uplink.taken(), uplink.pending() > 0];
  const isNew = taken !== before.taken;
  const judged = (unacknowledged: number | undefined): Look => {
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
    const passed = late ? 0 : Math.min(at - before.at, 4 * every);
    return {
      ...{ at, taken: takenNow, acknowledged, waiting },
      quiet: stands ? before.quiet + passed : 0,
    };
  };
  // What is all acknowledged stays so until more is taken; only an accusation asks again.
  if (!isNew && before.acknowledged === taken && before.quiet + every < due) return of(judged(0));
  if (due === Infinity || (isNew && queued)) return of(judged(undefined));
  return uplink.unacknowledged$.pipe(map(judged));
}
