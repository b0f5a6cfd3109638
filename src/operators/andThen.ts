import { defer, Observable, type Observer, type Subscriber } from 'rxjs';
import { subscribeFor } from './subscribeFor.js';

/**
 * Ignores the values of the source and continues with another Observable once it has completed, and with `orElse` if
 * it errors.
 *
 *     source                   --a--b--|          --a--#
 *     next(), orElse(error)            --x-|           --y-|
 *     andThen(next, orElse)    ----------x-|      -------y-|
 *
 * As `concat(source.pipe(ignoreElements()), defer(next))`, but with one subscription instead of four, and `next` is
 * subscribed before the source is torn down, as in `switchMap`. Each connection of a server has several of these.
 */
export const andThen =
  <R>(next: () => Observable<R>, orElse?: (error: unknown) => Observable<R>) =>
  (source: Observable<unknown>): Observable<R> =>
    new Observable((subscriber) => {
      subscribeFor(subscriber, source, new Continuation(subscriber, next, orElse));
    });

class Continuation<R> implements Partial<Observer<unknown>> {
  constructor(
    private readonly subscriber: Subscriber<R>,
    private readonly proceed: () => Observable<R>,
    private readonly orElse: ((error: unknown) => Observable<R>) | undefined,
  ) {}

  error(error: unknown): void {
    const { subscriber, orElse } = this;
    if (orElse) defer(() => orElse(error)).subscribe(subscriber);
    else subscriber.error(error);
  }

  complete(): void {
    defer(this.proceed).subscribe(this.subscriber);
  }
}
