import { concat, ignoreElements, type OperatorFunction, tap, toArray } from 'rxjs';
import { marbles } from './marbles.js';

/**
 * The laws that every operator obeys, whatever else it does (the idea is wonka's compliance suite).
 *
 * @param operator makes the operator at its ease: not full, not late, with room for two values
 * @param values what a source emits for `a` and `b`
 */
// prettier-ignore
export function obeysTheLaws<T, R>(operator: () => OperatorFunction<T, R>, values: { a: T; b: T }): void {
  describe('obeys the laws:', () => {
    it('is silent until it is subscribed', marbles(({ cold, expectSubscriptions }) => {
      const source = cold('ab|', values);
      void source.pipe(operator());
      expectSubscriptions(source.subscriptions).toBe([]);
    }));

    it('subscribes once for each subscriber', marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source     = cold('ab|', values);
      const sourceSubs = [    '^-!',
                              '^-!'];
      const result     = source.pipe(operator(), ignoreElements());
      expectObservable(result).toBe('--|');
      expectObservable(result).toBe('--|');
      expectSubscriptions(source.subscriptions).toBe(sourceSubs);
    }));

    it('passes unsubscription on to the source', marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source     = cold('a-b----', values);
      const unsub      = '     ---!   ';
      const sourceSubs = '     ^--!   ';
      const expected   = '     -------';
      expectObservable(source.pipe(operator(), ignoreElements()), unsub).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(sourceSubs);
    }));

    it('passes an error on, or replaces it, and lets go of the source', marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source     = cold('a-#', values);
      const sourceSubs = '     ^-!';
      const expected   = '     --#';
      expectObservable(source.pipe(operator(), ignoreElements())).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(sourceSubs);
    }));

    it('keeps no state between subscriptions', marbles(({ cold, flush, expectObservable }) => {
      const result = cold('ab|', values).pipe(operator(), toArray());
      const both: R[][] = [];
      const collect$ = concat(result, result).pipe(tap((emitted) => both.push(emitted)));
      expectObservable(collect$.pipe(ignoreElements())).toBe('----|');
      flush();
      expect(both[1]).toStrictEqual(both[0]);
    }));
  });
}
