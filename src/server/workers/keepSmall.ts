import { type Observable, tap } from 'rxjs';
import type { Begin } from '../admission.js';
import type { ServerFact } from '../events.js';
import type { Guest } from '../receive.js';

export interface KeepSmallOptions<T extends Guest> {
  /** Receives a connection in this process. */
  readonly here: Begin<T>;
  /** Has a worker receive it. */
  readonly away: Begin<T>;
  /** Emits after a poll of the event loop. */
  readonly afterPoll$: Observable<unknown>;
}

/**
 * Receives connections in this process as long as files are small, but only a few in each round of the event loop: a
 * small file costs half as much here as the transfer of its connection to a worker and back, but those that come while
 * this process is busy are received sooner by workers. So are large files.
 *
 *     files        s s s … s s s s s s … L s …      s: small, L: large
 *     afterPoll    ---p-- … ------------p--
 *     begin        a a a … h h h h a a … h a …      h: here, a: away
 */
export function keepSmall<T extends Guest>({
  here,
  away,
  afterPoll$,
}: KeepSmallOptions<T>): Begin<T> {
  let smallInARow = 0;
  let keptInRound = 0;
  const note = (event: ServerFact) => {
    if (event.type === 'received') smallInARow = event.bytes <= SMALL_BYTES ? smallInARow + 1 : 0;
  };
  const beginRound = () => {
    keptInRound = 0;
  };
  const isKept = () => {
    if (smallInARow < SMALL_FILES || keptInRound === MAX_KEPT_IN_ROUND) return false;
    if (keptInRound === 0) afterPoll$.subscribe({ next: beginRound, error: beginRound });
    keptInRound++;
    return true;
  };
  return (sender, origin) => {
    const { firstEvent$, transfer$ } = (isKept() ? here : away)(sender, origin);
    return { firstEvent$, transfer$: transfer$.pipe(tap(note)) };
  };
}

const SMALL_BYTES = 64 * 2 ** 10;
/** After this many small files in a row, the next one is expected to be small. */
const SMALL_FILES = 8;
const MAX_KEPT_IN_ROUND = 4;
