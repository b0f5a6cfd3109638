import { type MonoTypeOperatorFunction, Observable, type Observer, Subscription } from 'rxjs';

/**
 * Leaves the source alone while a sink is full: the back-pressure of both sides.
 *
 * Subscription is willingness to read: the source is subscribed while `full$` says `false` and
 * unsubscribed while it says `true`. It has to be live, so that subscribing again goes on where it
 * stopped (a socket's bytes, an open file's blocks). Nothing is queued and nothing is dropped.
 *
 *     full$             f----t-----f------
 *     source            --a--b-----------c--|
 *     heldWhile(full$)  --a--b-----------c--|
 *     source is read    ^----!     ^--------!
 *
 * Silent until `full$` has spoken; once `full$` completes, its last word stays.
 *
 * @param full$ says whether the sink has had enough; an error of it is passed on.
 * @example file.blocks$.pipe(heldWhile(socket.full$))
 * @see {@link idleTimeout}, whose clock stands still while it is held from below
 */
export function heldWhile<T>(full$: Observable<boolean>): MonoTypeOperatorFunction<T> {
  return (source) =>
    new Observable((subscriber) => {
      let reading: Subscription = Subscription.EMPTY;
      // Known before the source is subscribed, so that a source that emits at once can be stopped at once.
      const turn$ = new Observable<T>((turn) => {
        reading = turn;
        return source.subscribe(turn);
      });
      const onward: Observer<T> = {
        next: (value) => {
          subscriber.next(value);
        },
        error: (error: unknown) => {
          subscriber.error(error);
        },
        complete: () => {
          subscriber.complete();
        },
      };

      const read = () => {
        if (reading.closed && !subscriber.closed) turn$.subscribe(onward);
      };

      subscriber.add(() => {
        reading.unsubscribe();
      });
      return full$.subscribe({
        next: (full) => {
          if (full) reading.unsubscribe();
          else read();
        },
        error: onward.error,
      });
    });
}
