import { type Observable, ReplaySubject, Subscription } from 'rxjs';

/** A subscription that lasts until it is stopped, and its values. */
export interface Followed<T> {
  /** All values from the first on, replayed to each subscriber. */
  readonly seen$: Observable<T>;
  readonly stop: () => void;
}

/** Releases the subscriptions and resources of a spec after it. */
export function following() {
  let held = new Subscription();
  afterEach(() => {
    held.unsubscribe();
    held = new Subscription();
  });

  const closing = (undo: () => void): void => {
    held.add(undo);
  };

  const follow = <T>(source$: Observable<T>): Followed<T> => {
    const seen$ = new ReplaySubject<T>(Infinity);
    const subscription = source$.subscribe(seen$);
    const stop = () => {
      subscription.unsubscribe();
    };
    closing(stop);
    return { seen$, stop };
  };

  return { closing, follow };
}
