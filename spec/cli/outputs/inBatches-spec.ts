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
    const texts    = hot(`(${'a'.repeat(64)}) ${'b'.repeat(3)} 90ms |`);
    const expected = `    x                 49ms y ${''}    |`;
    expectObservable(texts.pipe(inBatches())).toBe(expected, { x: 'a'.repeat(64), y: 'bbb' });
  }));
});
