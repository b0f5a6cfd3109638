import { identity, map, type MonoTypeOperatorFunction } from 'rxjs';
import { alongside } from '../operators/alongside.js';
import type { Store } from '../store/store.js';
import type { ServerFact } from './events.js';

/**
 * Reports when the engine behind a store fails, and when it works again. A store without an engine costs nothing.
 *
 *     events      l-o-----r--|
 *     engine$     ----x-w----
 *     withEngine  l-o-x-w-r--|
 */
export const withEngine = ({ engine$ }: Store): MonoTypeOperatorFunction<ServerFact> =>
  engine$
    ? alongside(engine$.pipe(map((state): ServerFact => ({ type: 'engine', ...state }))))
    : identity;
