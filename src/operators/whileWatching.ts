import { endWith, ignoreElements, merge, type Observable, takeWhile } from 'rxjs';

/**
 * Does the source's work under watch: emits what the watch emits, completes with the work, and errors
 * if either errors. The watch begins before the work, so it sees all of it.
 *
 *     work$   ----------|
 *     watch$  --1---2---3--
 *     result  --1---2---|
 */
export const whileWatching =
  <P>(watch$: Observable<P>) =>
  (work$: Observable<unknown>): Observable<P> =>
    merge(watch$, work$.pipe(ignoreElements(), endWith(DONE))).pipe(
      takeWhile((seen): seen is P => seen !== DONE),
    );

const DONE = Symbol('done');
