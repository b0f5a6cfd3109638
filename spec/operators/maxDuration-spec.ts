import { NEVER } from 'rxjs';
import { TooLongError } from '../../src/errors.js';
import { maxDuration } from '../../src/operators/index.js';
import maxDurationDiagram from '../diagrams/maxDuration.js';
import { holdsTo } from '../support/diagram.js';
import { obeysTheLaws } from '../support/laws.js';
import { marbles } from '../support/marbles.js';

// prettier-ignore
describe('maxDuration', () => {
  obeysTheLaws(() => maxDuration<string>(10_000), { a: 'a', b: 'b' });

  it('does what its diagram shows', holdsTo(maxDurationDiagram));

  it('errors when the time is over, however busy the source', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const data     = hot('a 4s b 4s c 4s d|');
    const dataSubs = '    ^ 9999ms !       ';
    const expected = '    a 4s b 4s c 1997ms #';
    expectObservable(data.pipe(maxDuration(10_000))).toBe(expected, undefined, new TooLongError(10_000));
    expectSubscriptions(data.subscriptions).toBe(dataSubs);
  }));

  it('passes on a source that ends in time', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const data     = hot('a 9998ms |');
    const dataSubs = '    ^ 9998ms !';
    const expected = '    a 9998ms |';
    expectObservable(data.pipe(maxDuration(10_000))).toBe(expected);
    expectSubscriptions(data.subscriptions).toBe(dataSubs);
  }));

  it.each([Infinity, 2 ** 31])('sets no timer for %d ms, which Node would treat as 1 ms', (due) => {
    expect(NEVER.pipe(maxDuration(due))).toBe(NEVER);
  });

  it.each([-1, NaN])('rejects %d ms', (due) => {
    expect(() => maxDuration(due)).toThrow(RangeError);
  });
});
