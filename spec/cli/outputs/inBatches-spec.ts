import { inBatches } from '../../../src/cli/outputs/inBatches.js';
import { marbles } from '../../support/marbles.js';

// prettier-ignore
describe('inBatches', () => {
  it('joins what comes within 50 ms of the first text, and what is left at the end', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const texts    = hot('ab 90ms c---d 90ms e-|   ');
    const subs     = '    ^ 188ms              !   ';
    const expected = '    50ms x 91ms y 46ms (z|)  ';
    expectObservable(texts.pipe(inBatches())).toBe(expected, { x: 'ab', y: 'cd', z: 'e' });
    expectSubscriptions(texts.subscriptions).toBe(subs);
  }));

  it('emits nothing for nothing', marbles(({ cold, expectObservable }) => {
    expectObservable(cold('--|').pipe(inBatches())).toBe('--|');
  }));
});
