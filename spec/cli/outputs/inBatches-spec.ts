import { inBatches } from '../../../src/cli/outputs/inBatches.js';
import { marbles } from '../../support/marbles.js';

// prettier-ignore
describe('inBatches', () => {
  it('joins what comes within 20 ms of the first text, and what is left at the end', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const texts    = hot('ab 30ms c---d 40ms e-|   ');
    const subs     = '    ^ 78ms               !   ';
    const expected = '    20ms x 31ms y 26ms (z|)  ';
    expectObservable(texts.pipe(inBatches())).toBe(expected, { x: 'ab', y: 'cd', z: 'e' });
    expectSubscriptions(texts.subscriptions).toBe(subs);
  }));
});
