import { endWith, merge, type Observable, takeWhile } from 'rxjs';

/**
 * Emits what another Observable emits, too, as long as the source lasts: completes with the source, and errors if
 * either errors. The other one is subscribed first, so it sees all of the source.
 *
 *     source             --a-----b--|
 *     other$             -1---2----3---
 *     alongside(other$)  -1a--2--b-3|
 */
export const alongside =
  <O>(other$: Observable<O>) =>
  <T>(source$: Observable<T>): Observable<T | O> =>
    merge(other$, source$.pipe(endWith(OVER))).pipe(
      takeWhile((value): value is T | O => value !== OVER),
    );

const OVER = Symbol('over');
