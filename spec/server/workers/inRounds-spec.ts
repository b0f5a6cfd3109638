import { inRounds } from '../../../src/server/workers/inRounds.js';
import { marbles } from '../../support/marbles.js';

// prettier-ignore
describe('inRounds', () => {
  it('lists what comes before the poll of the event loop has ended', marbles(({ hot, cold, expectObservable, expectSubscriptions }) => {
    const source   = hot('  -(ab)--c-d---e--|');
    const poll     = cold('   ---p|         ');
    const polls    = [    ' -^--!           ',
                          ' -------^--!     ',
                          ' -------------^--!'];
    const expected = '      ----x-----y-----(z|)';

    const lists$ = source.pipe(inRounds<string>(poll));
    expectObservable(lists$).toBe(expected, { x: ['a', 'b'], y: ['c', 'd'], z: ['e'] });
    expectSubscriptions(poll.subscriptions).toBe(polls.map((subs) => subs.trimEnd()));
  }));
});
