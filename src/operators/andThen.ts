import { defer, Observable } from 'rxjs';

/**
 * Ignores the values of the source and continues with another Observable once it has completed.
 *
 *     source             --a--b--|
 *     next()                     --x-|
 *     andThen(next)      ----------x-|
 *
 * As `concat(source.pipe(ignoreElements()), defer(next))`, but with one subscription instead of four: each connection
 * of a server has several of these.
 */
export const andThen =
  <R>(next: () => Observable<R>) =>
  (source: Observable<unknown>): Observable<R> =>
    new Observable((subscriber) => {
      // Known before the source is subscribed, so that a source that emits at once can be stopped at once.
      const source$ = new Observable((reading) => {
        subscriber.add(reading);
        return source.subscribe(reading);
      });
      const proceed = () => {
        defer(next).subscribe(subscriber);
      };
      source$.subscribe({
        error: (error: unknown) => {
          subscriber.error(error);
        },
        complete: proceed,
      });
    });
