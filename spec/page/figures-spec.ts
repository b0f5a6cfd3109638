import {
  currentRate,
  formatAge,
  formatAmount,
  formatCount,
  formatKnownRate,
  labelledMinutes,
} from '../../src/page/figures.js';

describe('the figures of the page', () => {
  it.each([
    [-5_000, 'now'],
    [1_999, 'now'],
    [2_000, '2 s ago'],
    [59_999, '59 s ago'],
    [60_000, '1 min ago'],
    [3_600_000, '1 h ago'],
    [86_400_000, '1 d ago'],
  ])('formats an age of %d ms as %s', (ms, text) => {
    expect(formatAge(ms)).toBe(text);
  });

  it('formats numbers with separators, and in the unit of a limit', () => {
    expect(formatCount(1_234_567)).toBe('1,234,567');
    expect(formatAmount(1_024, 'bytes')).toBe('1 KiB');
    expect(formatAmount(1_024, 'bytes/s')).toBe('1 KiB/s');
    expect(formatAmount(1_000, 'connections')).toBe('1,000');
    expect(formatAmount(60, 'connections/min')).toBe('60 per minute');
    expect(formatAmount(1_000, 'files')).toBe('1,000');
    expect(formatAmount(1_500, 'ms')).toBe('1.5 s');
  });

  it.each([
    [1_000, [5, 4, 3, 2, 1, 0]],
    [270, [5, 4, 3, 2, 1, 0]],
    [269, [4, 2, 0]],
    [100, [4, 2, 0]],
  ])('labels as many minutes as %d pixels have room for', (width, minutes) => {
    expect(labelledMinutes(width)).toStrictEqual(minutes);
  });

  it('shows a dash instead of the rate before the first report', () => {
    expect(formatKnownRate(undefined)).toBe('–');
    expect(formatKnownRate(0)).toBe('0 B/s');
    expect(currentRate({ curve: [1, 2] } as never)).toBe(2);
    expect(currentRate({ curve: [] } as never)).toBe(0);
  });
});
