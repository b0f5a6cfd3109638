import { first, map, type Observable } from 'rxjs';
import { leastLoaded, type Member, type PoolState } from './pool.js';

/** Emits the worker with the least load, as soon as there is one, and completes. */
export const assign = (pool$: Observable<PoolState>): Observable<Member> =>
  pool$.pipe(
    map(({ members }) => leastLoaded(members)),
    first((member) => member !== undefined),
  );
