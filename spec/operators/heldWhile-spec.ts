import { of } from 'rxjs';
import { heldWhile } from '../../src/operators/index.js';
import { obeysTheLaws } from '../support/laws.js';
import { marbles } from '../support/marbles.js';

const FULL = { f: false, t: true };

// prettier-ignore
describe('heldWhile', () => {
  obeysTheLaws(() => heldWhile<string>(of(false)), { a: 'a', b: 'b' });

  it('leaves the source alone while the sink is full', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const data     = hot('--a--b---c-----|');
    const full     = hot('f----t-----f----', FULL);
    const dataSubs = [   '^----!          ',
                         '-----------^---!'];
    const fullSubs = '    ^--------------!';
    const expected = '    --a--b---------|';
    expectObservable(data.pipe(heldWhile(full))).toBe(expected);
    expectSubscriptions(data.subscriptions).toBe(dataSubs);
    expectSubscriptions(full.subscriptions).toBe(fullSubs);
  }));
});
