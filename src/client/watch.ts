import { distinctUntilChanged, interval, map, type Observable, scan } from 'rxjs';
import type { Uplink } from '../node/connect.js';

/** What is watched of an uplink. */
export type Watched = Pick<Uplink, 'taken' | 'unacknowledged'>;

export interface WatchOptions {
  /** Milliseconds without progress after which it errors; `Infinity` never does. */
  due: number;
  /** Makes the error. */
  accuse: (due: number) => Error;
  /** Whether there is anything to make progress with; standing still without is no stall. */
  waiting?: () => boolean;
}

/**
 * Looks at an uplink four times a second, emits the bytes our kernel has taken when they have changed,
 * and errors after `due` milliseconds without progress.
 *
 * Progress is a byte more taken by our kernel or, while that takes none, acknowledged by the peer's:
 * megabytes wait in the kernels, so with a slow receiver that never stops the first stands still for
 * many seconds. Time is counted in looks. A process that is suspended does not look, so waking up it
 * accuses nobody.
 *
 *     taken        1.2.2.3.3.3.3
 *     watch        --1-2---3-------#
 */
export function watch(
  uplink: Watched,
  { due, accuse, waiting = () => true }: WatchOptions,
): Observable<number> {
  const every = Math.min(LOOK, due / 4);
  return interval(every).pipe(
    scan((before: Look) => look(uplink, before, waiting()), NOTHING_SEEN),
    map(({ taken, quiet }) => {
      if (quiet * every >= due) throw accuse(due);
      return taken;
    }),
    distinctUntilChanged(),
  );
}

/** Milliseconds between two looks. */
const LOOK = 250;

interface Look {
  readonly taken: number;
  /** Asked for only while nothing is taken: it is a search through a table of the system. */
  readonly unacknowledged: number | undefined;
  /** Looks in a row without progress. */
  readonly quiet: number;
}

const NOTHING_SEEN: Look = { taken: -1, unacknowledged: undefined, quiet: 0 };

function look(uplink: Watched, before: Look, waiting: boolean): Look {
  const taken = uplink.taken();
  // Standing still begins with the first look that finds something to wait for.
  if (!waiting) return { taken, unacknowledged: undefined, quiet: -1 };
  if (taken !== before.taken) return { taken, unacknowledged: undefined, quiet: 0 };
  const unacknowledged = uplink.unacknowledged();
  const acknowledged =
    before.unacknowledged !== undefined && unacknowledged !== before.unacknowledged;
  return { taken, unacknowledged, quiet: acknowledged ? 0 : before.quiet + 1 };
}
