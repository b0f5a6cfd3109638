import { marblesIn, spanIn } from '../../scripts/docs/marbles.js';

/** Frame and letter, or what else happened. */
const told = (row: string) =>
  marblesIn(row).events.map(({ at, kind, letter }) => `${at} ${letter || kind}`);

describe('marblesIn', () => {
  it('reads values, an end and an error where they stand', () => {
    expect(told('-a--b|')).toStrictEqual(['1 a', '4 b', '5 end']);
    expect(told('-a-#')).toStrictEqual(['1 a', '3 error']);
  });

  it('reads a group as one moment, in its order', () => {
    const { events } = marblesIn('--(ab|)');
    expect(events.map(({ at }) => at)).toStrictEqual([2, 2, 2]);
    expect(events.map(({ turn }) => turn)).toStrictEqual([0, 1, 2]);
  });

  it('lets time pass, as the spec does', () => {
    expect(told('a 9999ms b')).toStrictEqual(['0 a', '10000 b']);
    expect(told('a 10s |')).toStrictEqual(['0 a', '10001 end']);
  });

  it('knows how long a row is, and that blanks are nothing', () => {
    expect(marblesIn(' --a-- ').length).toBe(5);
    expect(marblesIn('- 2s -').length).toBe(2_002);
    expect(marblesIn('(a|)').length).toBe(4);
  });
});

describe('spanIn', () => {
  it('reads from when to when somebody is subscribed', () => {
    expect(spanIn('--^--!')).toStrictEqual({ from: 2, to: 5 });
    expect(spanIn('^ 10s !')).toStrictEqual({ from: 0, to: 10_001 });
  });

  it('reads that nobody has unsubscribed', () => {
    expect(spanIn('-^---')).toStrictEqual({ from: 1, to: Infinity });
  });
});
