import { defer, Observable, type Observer, type Subscriber } from 'rxjs';
import { subscribeFor } from './subscribeFor.js';

/**
 * Calls a function with each value of the source, and continues with another Observable once it has completed. An
 * error of the function is one of the source.
 *
 *     source               --a--b--|
 *     each(value)            a  b
 *     next()                       --x-|
 *     tapThen(each, next)  ----------x-|
 *
 * As `tap(each)` and `andThen(next)`, with one subscription: each connection of a server has one of these from its
 * start.
 */
export const tapThen =
  <T, R>(each: (value: T) => unknown, next: () => Observable<R>) =>
  (source: Observable<T>): Observable<R> =>
    new Observable((subscriber) => {
      subscribeFor(subscriber, source, new TapContinuation(subscriber, each, next));
    });

class TapContinuation<T, R> implements Observer<T> {
  constructor(
    private readonly subscriber: Subscriber<R>,
    private readonly each: (value: T) => unknown,
    private readonly proceed: () => Observable<R>,
  ) {}

  next(value: T): void {
    try {
      this.each(value);
    } catch (error) {
      this.subscriber.error(error);
    }
  }

  error(error: unknown): void {
    this.subscriber.error(error);
  }

  complete(): void {
    defer(this.proceed).subscribe(this.subscriber);
  }
}
