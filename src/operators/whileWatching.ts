import { ignoreElements, type Observable } from 'rxjs';
import { alongside } from './alongside.js';

/**
 * Does the source's work under watch: emits what the watch emits, completes with the work, and errors if either errors.
 * The watch begins before the work, so it sees all of it.
 *
 *     work$   ----------|
 *     watch$  --1---2---3--
 *     result  --1---2---|
 */
export const whileWatching =
  <P>(watch$: Observable<P>) =>
  (work$: Observable<unknown>): Observable<P> =>
    work$.pipe(ignoreElements(), alongside(watch$));
