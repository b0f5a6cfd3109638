import { inTurns } from '../../../src/server/workers/inTurns.js';
import { marbles } from '../../support/marbles.js';

// prettier-ignore
describe('inTurns', () => {
  it('lists what comes before the poll of the event loop has ended', marbles(({ hot, cold, expectObservable, expectSubscriptions }) => {
    const source   = hot('  -(ab)--c-d---e--|');
    const poll     = cold('   ---p|         ');
    const polls    = [    ' -^--!           ',
                          ' -------^--!     ',
                          ' -------------^--!'];
    const expected = '      ----x-----y-----(z|)';

    const lists$ = source.pipe(inTurns<string>(poll));
    expectObservable(lists$).toBe(expected, { x: ['a', 'b'], y: ['c', 'd'], z: ['e'] });
    expectSubscriptions(poll.subscriptions).toBe(polls.map((subs) => subs.trimEnd()));
  }));
});
