import { type Observable, ReplaySubject, Subscription } from 'rxjs';

/** A subscription that lasts until it is stopped, and everything it has brought. */
export interface Followed<T> {
  /** All from the first value on, for whoever asks later. */
  readonly seen$: Observable<T>;
  readonly stop: () => void;
}

/** What a spec subscribes to or opens, and lets go of when it is over, however it ended. */
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
