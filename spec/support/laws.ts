import { jest } from '@jest/globals';
import {
  concat,
  EMPTY,
  ignoreElements,
  Observable,
  type Observer,
  type OperatorFunction,
  Subject,
  takeUntil,
  tap,
  toArray,
  type Unsubscribable,
} from 'rxjs';
import { marbles } from './marbles.js';

type Law = <T, R>(operator: () => OperatorFunction<T, R>, values: { a: T; b: T }) => () => void;

/** The laws that every operator obeys, whatever else it does (the idea is wonka's compliance suite). */
// prettier-ignore
export const laws = {
  'is silent until it is subscribed': (operator, values) =>
    marbles(({ cold, expectSubscriptions }) => {
      const source = cold('ab|', values);
      void source.pipe(operator());
      expectSubscriptions(source.subscriptions).toBe([]);
    }),

  'subscribes once for each subscriber': (operator, values) =>
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source     = cold('ab|', values);
      const sourceSubs = [    '^-!',
                              '^-!'];
      const result     = source.pipe(operator(), ignoreElements());
      expectObservable(result).toBe('--|');
      expectObservable(result).toBe('--|');
      expectSubscriptions(source.subscriptions).toBe(sourceSubs);
    }),

  'passes unsubscription on to the source': (operator, values) =>
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source     = cold('a-b----', values);
      const unsub      = '     ---!   ';
      const sourceSubs = '     ^--!   ';
      const expected   = '     -------';
      expectObservable(source.pipe(operator(), ignoreElements()), unsub).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(sourceSubs);
    }),

  'passes unsubscription on to a source that emits while it is subscribed': (operator, values) => () => {
    const unsub = new Subject<void>();
    const closed: boolean[] = [];
    const source = new Observable<typeof values.a>((subscriber) => {
      subscriber.next(values.a);
      unsub.next();
      closed.push(subscriber.closed);
    });
    source.pipe(operator(), takeUntil(unsub)).subscribe();
    expect(closed).toStrictEqual([true]);
  },

  'passes an error on and lets go of the source': (operator, values) =>
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source     = cold('a-#', values);
      const sourceSubs = '     ^-!';
      const expected   = '     --#';
      expectObservable(source.pipe(operator(), ignoreElements())).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(sourceSubs);
    }),

  'keeps no state between subscriptions': (operator, values) =>
    marbles(({ cold, flush, expectObservable }) => {
      const result = cold('ab|', values).pipe(operator(), toArray());
      const both: unknown[] = [];
      const collect$ = concat(result, result).pipe(tap((emitted) => both.push(emitted)));
      expectObservable(collect$.pipe(ignoreElements())).toBe('----|');
      flush();
      expect(both[1]).toStrictEqual(both[0]);
    }),

  'ends with a source that ends while it is subscribed': (operator) => () => {
    const ends: string[] = [];
    EMPTY.pipe(operator()).subscribe({
      error: () => ends.push('error'),
      complete: () => ends.push('complete'),
    });
    expect(ends).toStrictEqual(['complete']);
  },

  'lets go of the source where what is below it throws': (operator, values) => () => {
    const ends: unknown[] = [];
    const source = new Subject<typeof values.a>();
    const failed = source.pipe(operator(), tap(() => { throw CAUSE; }));
    failed.subscribe({ error: (error: unknown) => ends.push(error) });
    const kept = [values.a, values.b].map((value) => {
      source.next(value);
      return ends.length > 0 && source.observed;
    });
    source.complete();
    expect({ ends, kept }).toStrictEqual({ ends: [CAUSE], kept: [false, false] });
  },

  'keeps the order where a value leads to the next one': (operator, values) => stoppedClock(() => {
    const emittedBy = (feedBack: boolean): unknown[] => {
      const emitted: unknown[] = [];
      const source = new Subject<typeof values.a>();
      const rest = [values.b].values();
      const feed = () => { for (const value of rest) source.next(value); };
      void source.pipe(operator()).forEach((value) => {
        emitted.push(value);
        if (feedBack) feed();
      });
      source.next(values.a);
      feed();
      source.complete();
      return emitted;
    };
    expect(emittedBy(true)).toStrictEqual(emittedBy(false));
  }),

  'leaves no timer behind': (operator, values) => stoppedClock(() => {
    const left = ENDS.map((end) => {
      const source = new Subject<typeof values.a>();
      const subscription = source.pipe(operator()).subscribe({ error: () => undefined });
      source.next(values.a);
      end(source, subscription);
      return jest.getTimerCount();
    });
    expect(left).toStrictEqual([0, 0, 0]);
  }),
} satisfies Record<string, Law>;

const CAUSE = new Error('thrown from below');

/** How a subscription comes to its end. */
// prettier-ignore
const ENDS: readonly ((source: Observer<never>, subscription: Unsubscribable) => void)[] = [
  (source) => { source.complete(); },
  (source) => { source.error(CAUSE); },
  (_, subscription) => { subscription.unsubscribe(); },
];

/** Time does not go on of itself meanwhile, and timers can be counted. */
const stoppedClock = (spec: () => void) => (): void => {
  jest.useFakeTimers();
  try {
    spec();
  } finally {
    jest.useRealTimers();
  }
};

/**
 * Specifies that an operator obeys them all.
 *
 * @param operator makes the operator at its ease: not full, not late, with room for two values
 * @param values what a source emits for `a` and `b`
 */
export function obeysTheLaws<T, R>(
  operator: () => OperatorFunction<T, R>,
  values: { a: T; b: T },
): void {
  describe('obeys the laws:', () => {
    for (const [title, law] of Object.entries(laws)) it(title, law(operator, values));
  });
}
