import { defer, Observable, type Observer, type Subscriber } from 'rxjs';
import { subscribeFor } from './subscribeFor.js';

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
      subscribeFor(subscriber, source, new Continuation(subscriber, next));
    });

class Continuation<R> implements Partial<Observer<unknown>> {
  constructor(
    private readonly subscriber: Subscriber<R>,
    private readonly proceed: () => Observable<R>,
  ) {}

  error(error: unknown): void {
    this.subscriber.error(error);
  }

  complete(): void {
    defer(this.proceed).subscribe(this.subscriber);
  }
}
