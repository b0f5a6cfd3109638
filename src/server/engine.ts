import {
  connect,
  endWith,
  identity,
  ignoreElements,
  map,
  merge,
  type MonoTypeOperatorFunction,
  takeUntil,
} from 'rxjs';
import type { Store } from '../store/store.js';
import type { ServerFact } from './events.js';

/**
 * Reports when the engine behind a store fails, and when it works again. A store without an engine costs nothing.
 *
 *     events      l-o-----r--|
 *     engine$     ----x-w----
 *     withEngine  l-o-x-w-r--|
 */
export const withEngine = ({ engine$ }: Store): MonoTypeOperatorFunction<ServerFact> => {
  if (!engine$) return identity;
  return connect((event$) => {
    const over$ = event$.pipe(ignoreElements(), endWith(true));
    const changed$ = engine$.pipe(
      map((state): ServerFact => ({ type: 'engine', ...state })),
      takeUntil(over$),
    );
    return merge(event$, changed$);
  });
};
