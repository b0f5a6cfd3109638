import { catchError, concatMap, map, type Observable, of } from 'rxjs';
import { type Engine, isKind } from './engine.js';

/**
 * Emits whether the engine obeys if a request forbids to overwrite an object. Some engines do not know that, and some
 * ignore it, so an object is made twice. It also shows whether files can be saved at all (S2).
 *
 *     put     ok, taken            → true
 *     put     unsupported, ok      → false
 *     put     ok, ok               → false
 */
export function detectConditions(engine: Engine): Observable<boolean> {
  const put = (onlyIfNew: boolean) =>
    engine.put({ name: PROBE_NAME, token: 'probe', onlyIfNew }, new Uint8Array(0));
  const obeys$ = put(true).pipe(
    concatMap(() => put(true)),
    map(() => false),
    catchError((error: unknown) => {
      if (isKind(error, 'taken')) return of(true);
      if (isKind(error, 'unsupported')) return put(false).pipe(map(() => false));
      throw error;
    }),
  );
  return obeys$.pipe(
    concatMap((obeys) =>
      engine.remove(PROBE_NAME).pipe(
        map(() => obeys),
        catchError((error: unknown) => {
          if (isKind(error, 'unavailable')) throw error;
          // A server that may not remove anything finds it again at its next start, where it is not in the way.
          return of(obeys);
        }),
      ),
    ),
  );
}

/** Hidden, as temporary files are, and no name that a template can make. */
const PROBE_NAME = '.rxdrop-probe';
