import { of } from 'rxjs';
import { tapThen } from '../../src/operators/tapThen.js';
import { obeysTheLaws } from '../support/laws.js';
import { marbles } from '../support/marbles.js';

// prettier-ignore
describe('tapThen', () => {
  obeysTheLaws(() => tapThen(() => undefined, () => of('c')), { a: 'a', b: 'b' });

  it('calls the function with each value and continues once the source has completed', marbles(({ cold, hot, expectObservable, expectSubscriptions, flush }) => {
    const source     = hot('--a--b--|    ');
    const sourceSubs = '    ^-------!    ';
    const next       = cold('       --x-|');
    const nextSubs   = '    --------^---!';
    const expected   = '    ----------x-|';
    const seen: string[] = [];
    expectObservable(source.pipe(tapThen((value) => seen.push(value), () => next))).toBe(expected);
    expectSubscriptions(source.subscriptions).toBe(sourceSubs);
    expectSubscriptions(next.subscriptions).toBe(nextSubs);
    flush();
    expect(seen).toStrictEqual(['a', 'b']);
  }));

  it('errors if the function throws, and reads no more', marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
    const source     = hot('--a--b--|');
    const sourceSubs = '    ^-!      ';
    const next       = cold('x|      ');
    const expected   = '    --#      ';
    expectObservable(source.pipe(tapThen(() => { throw 'error' as unknown; }, () => next))).toBe(expected);
    expectSubscriptions(source.subscriptions).toBe(sourceSubs);
    expectSubscriptions(next.subscriptions).toBe([]);
  }));

  it('errors if the source errors, or what it continues with', marbles(({ cold, expectObservable }) => {
    const next = cold('  --#');
    expectObservable(cold('--#').pipe(tapThen(() => undefined, () => next))).toBe('--#');
    expectObservable(cold('--|').pipe(tapThen(() => undefined, () => next))).toBe('----#');
    expectObservable(cold('--|').pipe(tapThen(() => undefined, () => { throw 'error' as unknown; }))).toBe('--#');
  }));

  it('is unsubscribed from what it continues with', marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
    const source   = hot('--|     ');
    const next     = cold('--x--x-');
    const nextSubs = '    --^--!  ';
    const expected = '    ----x-  ';
    const unsub    = '    -----!  ';
    expectObservable(source.pipe(tapThen(() => undefined, () => next)), unsub).toBe(expected);
    expectSubscriptions(next.subscriptions).toBe(nextSubs);
  }));
});
