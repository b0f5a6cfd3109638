import { Observable, type Observer, type Subscriber } from 'rxjs';

/**
 * Subscribes an operator's observer to its source. The source is let go of when the operator's subscriber is
 * unsubscribed, even while the source emits in its subscription.
 *
 * The observer can be an instance of a class, whose methods take no memory. RxJS's own operators create four closures
 * for each subscription, and ten thousand silent connections have several.
 */
export const subscribeFor = <T>(
  subscriber: Subscriber<unknown>,
  source: Observable<T>,
  observer: Partial<Observer<T>>,
): void => {
  // A subscriber is known to its source before `subscribe` returns it.
  const linked$ = new Observable<T>((reading) => {
    subscriber.add(reading);
    return source.subscribe(reading);
  });
  linked$.subscribe(observer);
};
