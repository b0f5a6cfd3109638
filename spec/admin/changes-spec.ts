import { changes } from '../../src/admin/changes.js';
import { marbles } from '../support/marbles.js';

const STATES = {
  a: { at: 1, list: [1], word: '"' },
  b: { at: 2, list: [1], word: '"' },
  c: { at: 2, list: [1, 2], word: '"' },
};

// prettier-ignore
describe('changes', () => {
  it('emits all fields of the first state, and the changed fields of each later state', marbles(({ cold, expectObservable, expectSubscriptions }) => {
    const states     = cold('-a-b-b-c-|', STATES);
    const statesSubs = '     ^--------!';
    const expected   = '     -A-B-N-C-|';
    expectObservable(states.pipe(changes())).toBe(expected, {
      A: '{"at":1,"list":[1],"word":"\\""}',
      B: '{"at":2}',
      N: '{}',
      C: '{"list":[1,2]}',
    });
    expectSubscriptions(states.subscriptions).toBe(statesSubs);
  }));

  it('begins with all fields for each subscription', marbles(({ cold, expectObservable }) => {
    const changed$ = cold('a', STATES).pipe(changes());
    const all      = { A: '{"at":1,"list":[1],"word":"\\""}' };
    expectObservable(changed$).toBe('A', all);
    expectObservable(changed$).toBe('A', all);
  }));
});
