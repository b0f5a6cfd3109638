import {
  type MonoTypeOperatorFunction,
  Observable,
  type Observer,
  type Subscriber,
  Subscription,
  type Unsubscribable,
} from 'rxjs';

/**
 * Unsubscribes from the source while a sink is full: the back-pressure of both sides.
 *
 * Subscription is willingness to read: the source is subscribed while `full$` is `false` and unsubscribed while it is
 * `true`. The source has to be live: subscribing again continues where it stopped (a socket's bytes, an open file's
 * blocks). Nothing is queued and nothing is dropped.
 *
 *     source            --a--b-----------c--|
 *     full$             f----t-----f------
 *     heldWhile(full$)  --a--b-----------c--|
 *     source is read    ^----!     ^--------!
 *
 * An operator above it is subscribed anew after each hold, as a timeout should be. An operator that counts
 * or keeps belongs below it (`limitBytes`, `splitLines`).
 *
 * Silent until `full$` has emitted; once `full$` completes, its last value stays. A sink may fill and drain in
 * the call that writes to it: the source is read again when that call has returned.
 *
 * Not for a source that starts anew at each subscription (a request, `range`): it would repeat itself.
 * Nor for a source that continues while nobody reads (a mouse, a ticker): the values meanwhile are lost.
 *
 * @param full$ whether the sink is full; its error is passed on.
 * @example
 * ```ts
 * import { BehaviorSubject, switchMap } from 'rxjs';
 * import { openFile } from 'rxdrop/node';
 * import { heldWhile } from 'rxdrop/operators';
 *
 * const full$ = new BehaviorSubject(false);
 *
 * openFile('a.bin', { blockSize: 2 })
 *   .pipe(switchMap(({ blocks$ }) => blocks$.pipe(heldWhile(full$))))
 *   .subscribe((block) => {
 *     console.log(`${block.byteLength} bytes`);
 *     full$.next(true);
 *     setTimeout(() => full$.next(false), 10);
 *   });
 * // → 2 bytes
 * // → 1 bytes
 * ```
 * @see {@link idleTimeout}, whose clock stops while it is held from below
 * @category Back-pressure
 */
export function heldWhile<T>(full$: Observable<boolean>): MonoTypeOperatorFunction<T> {
  return (source) =>
    new Observable((subscriber) => {
      const held = new HeldSource(source, subscriber);
      subscriber.add(held);
      return full$.subscribe({
        next: (full) => {
          if (full) held.unsubscribe();
          else held.resume();
        },
        error: (error: unknown) => {
          held.error(error);
        },
      });
    });
}

/** A class, because ten thousand silent connections are held: methods cost them nothing. */
class HeldSource<T> implements Observer<T>, Unsubscribable {
  private reading: Subscription = Subscription.EMPTY;
  private readonly reading$: Observable<T>;
  /** Whether the sink has room. */
  private hasRoom = false;
  /** Whether `next` or a subscription to the source is being called; that call must return first. */
  private inCall = false;

  constructor(
    source: Observable<T>,
    private readonly subscriber: Subscriber<T>,
  ) {
    // Known before the source is subscribed, so that a source that emits at once can be stopped at once.
    this.reading$ = new Observable((reading) => {
      this.reading = reading;
      return source.subscribe(reading);
    });
  }

  resume(): void {
    this.hasRoom = true;
    if (!this.inCall) this.read();
  }

  next(value: T): void {
    const nested = this.inCall;
    this.inCall = true;
    this.subscriber.next(value);
    this.inCall = nested;
    if (!nested && this.reading.closed) this.read();
  }

  error(error: unknown): void {
    this.subscriber.error(error);
  }

  complete(): void {
    this.subscriber.complete();
  }

  unsubscribe(): void {
    this.hasRoom = false;
    this.reading.unsubscribe();
  }

  /** A loop, because a sink that drains within a call would otherwise nest each value in the one before. */
  private read(): void {
    this.inCall = true;
    while (this.hasRoom && this.reading.closed && !this.subscriber.closed)
      this.reading$.subscribe(this);
    this.inCall = false;
  }
}
