import { deepStrictEqual } from 'node:assert';
import { getActiveResourcesInfo } from 'node:process';
import {
  BehaviorSubject,
  concat,
  defer,
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
import { TestScheduler } from 'rxjs/testing';
import { heldWhile } from '../operators/index.js';
import { marbles } from './marbles.js';

/**
 * The laws that every operator obeys, each with its title and a check that throws if it is broken.
 *
 * @param operator makes the operator at its ease: not full, not late, with room for two values
 * @param values what a source emits for `a` and `b`
 * @throws AssertionError, from the checks
 * @example
 * for (const [title, check] of lawsOf(() => limitBytes(9), { a: Buffer.from('a'), b: Buffer.from('b') })) {
 *   it(title, check);
 * }
 */
export const lawsOf = <T, R>(
  operator: () => OperatorFunction<T, R>,
  values: { a: T; b: T },
): (readonly [title: string, check: () => void])[] =>
  Object.entries(laws).map(([title, law]) => [title, law(operator, values)] as const);

/** Each by its title (the idea is wonka's compliance suite). */
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
    deepStrictEqual(closed, [true]);
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
      deepStrictEqual(both[1], both[0]);
    }),

  'ends with a source that ends while it is subscribed': (operator) => () => {
    const ends: string[] = [];
    EMPTY.pipe(operator()).subscribe({
      error: () => ends.push('error'),
      complete: () => ends.push('complete'),
    });
    deepStrictEqual(ends, ['complete']);
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
    deepStrictEqual({ ends, kept }, { ends: [CAUSE], kept: [false, false] });
  },

  'keeps the order where a value leads to the next one': (operator, values) => atOneInstant(() => {
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
    deepStrictEqual(emittedBy(true), emittedBy(false));
  }),

  'grows no stack by a source and a sink that answer in the same call': (operator, values) => () => {
    const ends = [false, true].map((held) => {
      const full$ = new BehaviorSubject(false);
      const fill = () => { full$.next(true); full$.next(false); };
      const live$ = liveSource(values.a, CALLS);
      const source$ = held ? live$.pipe(heldWhile(full$), tap(fill)) : live$;
      // RxJS itself may lose the error of a stack that overflows: then there is no end at all.
      let end = 'none';
      source$.pipe(operator()).subscribe({
        error: (error: unknown) => { end = error instanceof RangeError ? 'overflow' : ENDED; },
        complete: () => { end = ENDED; },
      });
      return end;
    });
    deepStrictEqual(ends, [ENDED, ENDED]);
  },

  'leaves no timer behind': (operator, values) => () => {
    const left = ENDS.map((end) => {
      const before = timers();
      const source = new Subject<typeof values.a>();
      const subscription = source.pipe(operator()).subscribe({ error: () => undefined });
      source.next(values.a);
      end(source, subscription);
      return timers() - before;
    });
    deepStrictEqual(left, [0, 0, 0]);
  },
} satisfies Record<string, Law>;

/** Makes the check of an operator. */
type Law = <T, R>(operator: () => OperatorFunction<T, R>, values: { a: T; b: T }) => () => void;

const CAUSE = new Error('thrown from below');

/** Far more than a stack has room for. */
const CALLS = 20_000;

const ENDED = 'ended';

/** Emits while it is being subscribed, and goes on where it stopped. */
function liveSource<T>(value: T, count: number): Observable<T> {
  const rest = Array<T>(count).fill(value).values();
  return defer(() => rest);
}

/** How a subscription comes to its end. */
// prettier-ignore
const ENDS: readonly ((source: Observer<never>, subscription: Unsubscribable) => void)[] = [
  (source) => { source.complete(); },
  (source) => { source.error(CAUSE); },
  (_, subscription) => { subscription.unsubscribe(); },
];

/** The clock of RxJS does not go on meanwhile. */
const atOneInstant = (check: () => void) => (): void => {
  const scheduler = new TestScheduler(deepStrictEqual);
  scheduler.run(() => {
    scheduler.maxFrames = -1;
    check();
  });
};

/** Timers that keep the process alive. */
const timers = (): number =>
  getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
