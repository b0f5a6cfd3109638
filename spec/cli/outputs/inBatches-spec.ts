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

  it('joins no more than 64', marbles(({ hot, expectObservable }) => {
    // A group takes as much time as it is long.
    const texts    = hot(`(${'a'.repeat(64)})bbb 90ms |`);
    const expected = '    x 115ms             y 42ms |';
    expectObservable(texts.pipe(inBatches())).toBe(expected, { x: 'a'.repeat(64), y: 'bbb' });
  }));
});
