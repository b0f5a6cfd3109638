import {
  catchError,
  concat,
  defer,
  EMPTY,
  identity,
  map,
  merge,
  mergeMap,
  Observable,
  type Observer,
  type OperatorFunction,
  type Subscriber,
  tap,
  toArray,
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
  'ends with a source that ends while it is subscribed': (source) =>
    new Observable((subscriber) => {
      let reading = false;
      const complete = () => {
        if (reading) subscriber.complete();
      };
      const subscription = source.subscribe(Object.assign(forward(subscriber), { complete }));
      reading = true;
      return subscription;
    }),
  'lets go of the source where what is below it throws': (source) =>
    new Observable((subscriber) => {
      source.subscribe(forward(subscriber));
    }),
  'keeps the order where a value leads to the next one': mergeMap((value) => [value, `${value}!`]),
  'grows no stack by a source and a sink that answer in the same call': (source) =>
    source.pipe(
      toArray(),
      mergeMap((values) => nested(values)),
    ),
  'leaves no timer behind': tap({ subscribe: () => setTimeout(() => undefined) }),
};

/** Each value inside the one before. */
const nested = (values: readonly string[], from = 0): Observable<string> => {
  const value = values[from];
  return value === undefined
    ? EMPTY
    : concat(
        [value],
        defer(() => nested(values, from + 1)),
      );
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
  it.each(titles)('accept an operator that obeys: %s', (title) => {
    expect(laws[title](() => identity<Observable<string>>, VALUES)).not.toThrow();
  });

  it.each(titles)('reject an operator that does not obey: %s', (title) => {
    expect(laws[title](() => lawless[title], VALUES)).toThrow(
      expect.objectContaining({ code: 'ERR_ASSERTION' }) as Error,
    );
  });
});
