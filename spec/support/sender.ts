import { EMPTY, ignoreElements, type Observable, ReplaySubject, tap } from 'rxjs';
import type { Sender } from '../../src/server/receive.js';

export const PEER = '192.0.2.1:5000';

export interface FakeSender extends Sender {
  /** What the sender sees of us: `F` for our FIN, `R` for an RST; completes once we have closed. */
  readonly sees$: Observable<'F' | 'R'>;
  /** What it is told before our FIN. */
  readonly told: () => string;
}

/** A sender of marbles: `bytes$` is what it sends, `fin$` how our FIN gets on its way. */
export function fakeSender(
  bytes$: Observable<Uint8Array>,
  fin$: Observable<unknown> = EMPTY,
  peer = PEER,
): FakeSender {
  const sees$ = new ReplaySubject<'F' | 'R'>(Infinity);
  let ended = false;
  let told = '';
  const end = () => {
    ended = true;
    sees$.next('F');
  };
  return {
    peer,
    bytes$,
    sees$,
    told: () => told,
    end(text = '') {
      told = text;
      return fin$.pipe(ignoreElements(), tap({ complete: end }));
    },
    abort() {
      if (!ended) sees$.next('R');
      sees$.complete();
    },
  };
}
