import { formatClock, formatDuration, formatBytes, formatRate } from '../../src/cli/units.js';

describe('formatBytes', () => {
  it.each([
    [0, '0 B'],
    [1_023, '1023 B'],
    [1_024, '1 KiB'],
    [1_536, '1.5 KiB'],
    [104_857_600, '100 MiB'],
    [2_147_483_648, '2 GiB'],
  ])('shows %d bytes as %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});

describe('formatRate', () => {
  it('formats bytes per second', () => {
    expect(formatRate(115_343_360)).toBe('110 MiB/s');
  });

  it('is never negative', () => {
    expect(formatRate(-1)).toBe('0 B/s');
  });
});

describe('formatDuration', () => {
  it.each([
    [0, '0 ms'],
    [39.6, '40 ms'],
    [999, '999 ms'],
    [1_000, '1 s'],
    [1_540, '1.5 s'],
    [10_000, '10 s'],
    [60_000, '1 min 0 s'],
    [125_000, '2 min 5 s'],
    [7_200_000, '120 min 0 s'],
  ])('shows %d ms as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  it.each([
    [999.6, '1 s'],
    [59_960, '1 min 0 s'],
    [119_600, '2 min 0 s'],
  ])('shows %d ms as %s, in the unit that it rounds up to', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});

describe('formatClock', () => {
  it.each([
    [0, '0:00'],
    [3_200, '0:04'],
    [59_001, '1:00'],
    [754_000, '12:34'],
    [3_600_000, '1:00:00'],
    [3_723_000, '1:02:03'],
    [360_000_000, '100:00:00'],
  ])('shows %d ms as %s', (ms, text) => {
    expect(formatClock(ms)).toBe(text);
  });
});
