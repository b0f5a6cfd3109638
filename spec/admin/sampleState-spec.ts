import { asyncScheduler, map } from 'rxjs';
import { sampleState } from '../../src/admin/sampleState.js';
import { heldWhile } from '../../src/operators/index.js';
import { marbles } from '../support/marbles.js';

/** A state that is the time at which it was looked at. */
const look = () => asyncScheduler.now();

// prettier-ignore
describe('sampleState', () => {
  it('emits the state at once, twice per second, and once more at the end', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const over     = hot('---------------- 1200ms o');
    const overSubs = '    ^--------------- 1200ms !';
    const expected = '    a 499ms b 499ms c 215ms (d|)';
    expectObservable(sampleState(look, over)).toBe(expected, { a: 0, b: 500, c: 1000, d: 1216 });
    expectSubscriptions(over.subscriptions).toBe(overSubs);
  }));

  it('shares its states, and replays the newest to a later subscriber', marbles(({ hot, expectObservable }) => {
    const seen$    = sampleState(look, hot('-'));
    const early    = 'a 499ms b 499ms c';
    const late     = '- 599ms b 399ms c';
    expectObservable(seen$, '^ 1100ms !').toBe(early, { a: 0, b: 500, c: 1000 });
    expectObservable(seen$, '- 599ms ^ 500ms !').toBe(late, { b: 500, c: 1000 });
  }));

  it('computes no state without a subscriber', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const over     = hot('-');
    const overSubs = [   '^ 599ms !', '- 4999ms ^ 99ms !'];
    const seen$    = sampleState(look, over);
    expectObservable(seen$, '^ 599ms !').toBe('a 499ms b', { a: 0, b: 500 });
    expectObservable(seen$, '- 4999ms ^ 99ms !').toBe('- 4999ms a', { a: 5000 });
    expectSubscriptions(over.subscriptions).toBe(overSubs);
  }));

  it('buffers no state for a reader that is full, which gets the newest state when it has drained', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const full     = hot('f 599ms t 1699ms f', { f: false, t: true });
    const over     = hot('-');
    const overSubs = [   '^ 599ms !', '- 2299ms ^ 599ms !'];
    const expected = '    a 499ms b 1799ms c 499ms d';
    const seen$    = sampleState(look, over).pipe(heldWhile(full));
    expectObservable(seen$, '^ 2899ms !').toBe(expected, { a: 0, b: 500, c: 2300, d: 2800 });
    expectSubscriptions(over.subscriptions).toBe(overSubs);
  }));

  it('does not hold the other readers while one is held', marbles(({ hot, expectObservable }) => {
    const seen$    = sampleState(look, hot('-')).pipe(map((at) => at / 500));
    const full     = hot('t 1249ms f', { f: false, t: true });
    expectObservable(seen$, '^ 1600ms !').toBe('a 499ms b 499ms c 499ms d', { a: 0, b: 1, c: 2, d: 3 });
    expectObservable(seen$.pipe(heldWhile(full)), '^ 1600ms !').toBe('1250ms c 249ms d', { c: 2, d: 3 });
  }));

  it('emits the last state to a subscriber that comes after the end', marbles(({ hot, expectObservable }) => {
    const seen$    = sampleState(look, hot('- 99ms o'));
    expectObservable(seen$).toBe('a 99ms (b|)', { a: 0, b: 100 });
    expectObservable(seen$, '- 199ms ^').toBe('- 199ms (b|)', { b: 100 });
  }));
});
