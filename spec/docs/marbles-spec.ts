import { marblesIn, spanIn } from '../../scripts/docs/marbles.js';

/** Frame and letter, or what else happened. */
const told = (row: string) =>
  marblesIn(row).events.map(({ at, kind, letter }) => `${at} ${letter || kind}`);

describe('marblesIn', () => {
  it('reads values, an end and an error at their frames', () => {
    expect(told('-a--b|')).toStrictEqual(['1 a', '4 b', '5 end']);
    expect(told('-a-#')).toStrictEqual(['1 a', '3 error']);
  });

  it('reads a group as one moment, in its order', () => {
    const { events } = marblesIn('--(ab|)');
    expect(events.map(({ at }) => at)).toStrictEqual([2, 2, 2]);
    expect(events.map(({ turn }) => turn)).toStrictEqual([0, 1, 2]);
  });

  it('reads time progression as the spec does', () => {
    expect(told('a 9999ms b')).toStrictEqual(['0 a', '10000 b']);
    expect(told('a 10s |')).toStrictEqual(['0 a', '10001 end']);
  });

  it('reads the length of a row, and ignores blanks', () => {
    expect(marblesIn(' --a-- ').length).toBe(5);
    expect(marblesIn('- 2s -').length).toBe(2_002);
    expect(marblesIn('(a|)').length).toBe(4);
  });
});

describe('spanIn', () => {
  it('reads the frames of a subscription', () => {
    expect(spanIn('--^--!')).toStrictEqual({ from: 2, to: 5 });
    expect(spanIn('^ 10s !')).toStrictEqual({ from: 0, to: 10_001 });
  });

  it('reads a subscription without an end', () => {
    expect(spanIn('-^---')).toStrictEqual({ from: 1, to: Infinity });
  });
});
