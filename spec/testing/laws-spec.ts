import {
  catchError,
  EMPTY,
  identity,
  map,
  merge,
  Observable,
  type Observer,
  type OperatorFunction,
  type Subscriber,
} from 'rxjs';
import { laws } from '../../src/testing/laws.js';

const VALUES = { a: 'a', b: 'b' };

type Law = keyof typeof laws;
const titles = Object.keys(laws) as Law[];

/** An operator for each law that looks right and breaks it. */
const lawless: Record<Law, OperatorFunction<string, unknown>> = {
  'is silent until it is subscribed': (source) => {
    source.subscribe();
    return source;
  },
  'subscribes once for each subscriber': (source) => merge(source, source),
  'passes unsubscription on to the source': (source) =>
    new Observable((subscriber) => {
      source.subscribe(forward(subscriber));
    }),
  'passes unsubscription on to a source that emits while it is subscribed': (source) =>
    new Observable((subscriber) => source.subscribe(forward(subscriber))),
  'passes an error on and lets go of the source': catchError(() => EMPTY),
  'keeps no state between subscriptions': (source) => {
    let count = 0;
    return source.pipe(map(() => ++count));
  },
};

/** A subscriber that RxJS cannot tie to the one below it. */
const forward = (subscriber: Subscriber<string>): Observer<string> => ({
  next: (value) => {
    subscriber.next(value);
  },
  error: (error) => {
    subscriber.error(error);
  },
  complete: () => {
    subscriber.complete();
  },
});

describe('laws', () => {
  it.each(titles)('let through an operator that obeys: %s', (title) => {
    expect(laws[title](() => identity<Observable<string>>, VALUES)).not.toThrow();
  });

  it.each(titles)('catch an operator that does not obey: %s', (title) => {
    expect(laws[title](() => lawless[title], VALUES)).toThrow(
      expect.objectContaining({ code: 'ERR_ASSERTION' }) as Error,
    );
  });
});
