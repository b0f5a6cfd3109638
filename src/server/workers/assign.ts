import { first, map, type Observable, of } from 'rxjs';
import { leastLoaded, type Member, type PoolState } from './pool.js';
import type { RemoteSender } from './remoteSender.js';

/** Emits the worker that has a sender, else the one with the least load as soon as there is one, and completes. */
export const assign = (
  pool$: Observable<PoolState>,
  { owner }: Pick<RemoteSender, 'owner'>,
): Observable<Member> =>
  owner
    ? of(owner)
    : pool$.pipe(
        map(({ members }) => leastLoaded(members)),
        first((member) => member !== undefined),
      );
