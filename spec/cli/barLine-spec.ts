import { barLine, truncate } from '../../src/cli/barLine.js';
import type { Progress } from '../../src/operators/index.js';

const half: Progress = {
  bytes: 50 * 1024,
  total: 100 * 1024,
  elapsed: 1_000,
  rate: 50 * 1024,
  average: 50 * 1024,
  eta: 1_000,
};

describe('barLine', () => {
  it.each([
    [80, 'a.bin  [============            ]  50%  50 KiB  50 KiB/s  ETA 0:01'],
    [66, 'a.bin  [=====     ]  50%  50 KiB  50 KiB/s  ETA 0:01'],
    [60, 'a.bin  50%  50 KiB  50 KiB/s  ETA 0:01'],
    [20, 'a.bin  50%  50 KiB…'],
  ])('draws as much as fits into %d columns', (columns, line) => {
    expect(barLine('a.bin', half, columns)).toBe(line);
    expect(line.length).toBeLessThanOrEqual(columns);
  });

  it('draws no bar for a file of unknown size', () => {
    expect(barLine('a.bin', { ...half, total: undefined, eta: undefined }, 80)).toBe(
      'a.bin  50 KiB  50 KiB/s',
    );
  });

  it('cuts a long name, not the figures', () => {
    expect(barLine('n'.repeat(90), half, 60)).toBe(
      `${'n'.repeat(25)}…  50%  50 KiB  50 KiB/s  ETA 0:01`,
    );
  });

  it('shows what a file waits for, on one line', () => {
    expect(barLine('a.bin', 'connecting', 80)).toBe('a.bin  connecting');
    expect(barLine('archive.tar', 'retrying in 5 s: no answer', 24)).toBe('archiv…  retrying in …');
  });
});

describe('truncate', () => {
  it.each([
    ['abcdef', 6, 'abcdef'],
    ['abcdef', 5, 'abc…'],
    ['日本語', 6, '日本語'],
    ['日本語', 5, '日…'],
    ['😀😀😀', 4, '😀…'],
    ['', 0, ''],
  ])('cuts %j to %d columns, for any width of its characters', (text, columns, kept) => {
    expect(truncate(text, columns)).toBe(kept);
  });
});
