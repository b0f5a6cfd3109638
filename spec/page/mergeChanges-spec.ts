import { mergeChanges } from '../../src/page/mergeChanges.js';

describe('mergeChanges', () => {
  it('adds, replaces and removes fields', () => {
    const state = { at: 1, disk: { free: 5 }, list: [1] };
    expect(mergeChanges(state, { at: 2, disk: null, loop: { p50: 1 } })).toStrictEqual({
      ...{ at: 2, list: [1] },
      loop: { p50: 1 },
    });
    expect(mergeChanges({}, state)).toStrictEqual(state);
  });
});
