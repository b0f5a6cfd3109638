import { from, toArray } from 'rxjs';
import { inBatches } from '../../../src/cli/outputs/inBatches.js';
import { marbles } from '../../support/marbles.js';
import { first } from '../../support/outcome.js';

// prettier-ignore
describe('inBatches', () => {
  it('emits the first value at once, then what comes within 50 ms of a value, and what is left at the end', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const values   = hot('ab 90ms c---d 90ms e-|   ');
    const subs     = '    ^ 188ms              !   ';
    const expected = '    a 50ms x 90ms y 46ms (z|)';
    expectObservable(values.pipe(inBatches())).toBe(expected, { a: ['a'], x: ['b'], y: ['c', 'd'], z: ['e'] });
    expectSubscriptions(values.subscriptions).toBe(subs);
  }));

  it('emits nothing for nothing', marbles(({ cold, expectObservable }) => {
    expectObservable(cold('--|').pipe(inBatches())).toBe('--|');
  }));

  it('releases its timer when it is unsubscribed', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const values   = hot('ab----');
    const subs     = '    ^--!  ';
    const expected = '    a--   ';
    expectObservable(values.pipe(inBatches()), subs).toBe(expected, { a: ['a'] });
    expectSubscriptions(values.subscriptions).toBe(subs);
  }));
});

describe('a batch', () => {
  it('has at most 1,024 values', async () => {
    const values = Array.from({ length: 1 + 1_024 + 1_024 + 1 }, (_, index) => index);
    const batches = await first(from(values).pipe(inBatches(), toArray()));
    expect(batches.map(({ length }) => length)).toStrictEqual([1, 1_024, 1_024, 1]);
    expect(batches.flat()).toStrictEqual(values);
  });
});
