import { StoreError } from '../../../src/errors.js';
import { inTime } from '../../../src/store/ids/inTime.js';
import { marbles } from '../../support/marbles.js';

// prettier-ignore
describe('inTime', () => {
  it('passes a number that comes within 8 s', marbles(({ cold, expectObservable }) => {
    const number   = cold('8s (7|)');
    const expected = '     8s (7|)';
    expectObservable(number.pipe(inTime({}))).toBe(expected);
  }));

  it('errors after 8 s, less than a client waits for its confirmation, and says why', marbles(({ cold, expectObservable, expectSubscriptions }) => {
    const number     = cold('--------');
    const numberSubs = '     ^ 7999ms !';
    const expected   = '     8s       #';
    const problem = new Error('no leader');
    const cause = new Error('it has got no number within 8 s: no leader', { cause: problem });
    expectObservable(number.pipe(inTime({ problem }))).toBe(expected, {}, new StoreError({ cause }));
    expectSubscriptions(number.subscriptions).toBe(numberSubs);
  }));
});
