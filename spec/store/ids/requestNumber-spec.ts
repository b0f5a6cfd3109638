import { EMPTY } from 'rxjs';
import { StoreError } from '../../../src/errors.js';
import { requestNumber } from '../../../src/store/ids/requestNumber.js';
import { marbles } from '../../support/marbles.js';

const ids = { 7: 7 };

// prettier-ignore
describe('requestNumber', () => {
  it('asks once for all who look, and keeps the number', marbles(({ cold, expectObservable, expectSubscriptions }) => {
    const number     = cold('--(7|)     ', ids);
    const numberSubs = '     ^-!        ';
    const id$ = requestNumber({ next: () => number }, 'a');
    expectObservable(id$        ).toBe('--(7|)', ids);
    expectObservable(id$, '-^   ').toBe('--(7|)', ids);
    expectObservable(id$, '-----^').toBe('-----(7|)', ids);
    expectSubscriptions(number.subscriptions).toBe(numberSubs);
  }));

  it('keeps asking between two looks', marbles(({ cold, expectObservable, expectSubscriptions }) => {
    const number     = cold('-- 999ms -(7|)', ids);
    const numberSubs = '     ^- 999ms -!   ';
    const id$ = requestNumber({ next: () => number }, 'a');
    expectObservable(id$, '   -!         ').toBe('                     ');
    expectObservable(id$, '   - 999ms ^  ').toBe('-- 999ms -(7|)', ids);
    expectSubscriptions(number.subscriptions).toBe(numberSubs);
  }));

  it('gives up if nobody has looked for a second', marbles(({ cold, expectObservable, expectSubscriptions }) => {
    const number     = cold<number>('------');
    const id$ = requestNumber({ next: () => number }, 'a');
    expectObservable(id$, '                     ^-!         ').toBe('');
    expectSubscriptions(number.subscriptions).toBe('^- 1000ms !');
  }));

  it('fails if there is no number', marbles(({ expectObservable }) => {
    expectObservable(requestNumber({ next: () => EMPTY }, 'a')).toBe('#', {}, new StoreError());
  }));
});
