import {
  formatClock,
  formatDuration,
  formatBytes,
  formatLimit,
  formatRate,
} from '../../src/cli/units.js';

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

describe('formatLimit', () => {
  it.each([
    [1, '1 B'],
    [1_000, '1 kB'],
    [1_024, '1 KiB'],
    [65_536, '64 KiB'],
    [500_000, '500 kB'],
    [1_000_000, '1 MB'],
    [1_048_576, '1 MiB'],
    [1_500_000, '1.5 MB'],
    [2_000_000_000, '2 GB'],
    [2_147_483_648, '2 GiB'],
    [536_870_912, '512 MiB'],
    [1_610_612_736, '1.5 GiB'],
    [3_000_000_000_000, '3 TB'],
    [1_005, '1005 B'],
    [52_428_800, '50 MiB'],
    [51_234_567, '51234567 B'],
    [512_345_678, '489 MiB'],
    [51_234_567.2, '48.9 MiB'],
    [Number.MAX_SAFE_INTEGER, '8 PiB'],
  ])('shows a limit of %d bytes as %s', (bytes, text) => {
    expect(formatLimit(bytes)).toBe(text);
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
    [60_000, '1 min'],
    [125_000, '2 min 5 s'],
    [7_200_000, '2 h'],
    [3_661_000, '1 h 1 min 1 s'],
    [90_000_000, '25 h'],
  ])('shows %d ms as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  it.each([
    [999.6, '1 s'],
    [59_960, '1 min'],
    [119_600, '2 min'],
    [3_599_600, '1 h'],
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
