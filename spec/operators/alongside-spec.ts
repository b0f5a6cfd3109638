import { NEVER } from 'rxjs';
import { alongside } from '../../src/operators/alongside.js';
import { obeysTheLaws } from '../support/laws.js';
import { marbles } from '../support/marbles.js';

// prettier-ignore
describe('alongside', () => {
  obeysTheLaws(() => alongside(NEVER), { a: 'a', b: 'b' });

  it('emits what both emit, as long as the source lasts', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const source     = hot('--a-----b--|   ');
    const sourceSubs = '    ^----------!   ';
    const other      = hot('-1---2----3--4-');
    const otherSubs  = '    ^----------!   ';
    const expected   = '    -1a--2--b-3|   ';
    expectObservable(source.pipe(alongside(other))).toBe(expected);
    expectSubscriptions(source.subscriptions).toBe(sourceSubs);
    expectSubscriptions(other.subscriptions).toBe(otherSubs);
  }));

  it('goes on without the other one', marbles(({ cold, hot, expectObservable }) => {
    const source   = hot('--a-----b--|');
    const other    = cold('-1|        ');
    const expected = '    -1a-----b--|';
    expectObservable(source.pipe(alongside(other))).toBe(expected);
  }));

  it('errors if the other one errors', marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
    const source     = hot('--a---b');
    const sourceSubs = '    ^---!  ';
    const other      = cold('-1--#  ');
    const expected   = '    -1a-#  ';
    expectObservable(source.pipe(alongside(other))).toBe(expected);
    expectSubscriptions(source.subscriptions).toBe(sourceSubs);
  }));

  it('subscribes to the other one first', marbles(({ cold, expectObservable }) => {
    expectObservable(cold('(a|)').pipe(alongside(cold('(1|)')))).toBe('(1a|)');
  }));
});
