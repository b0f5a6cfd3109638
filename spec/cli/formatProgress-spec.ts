import { formatProgress, fraction } from '../../src/cli/formatProgress.js';
import type { Progress } from '../../src/operators/index.js';
import { MiB } from '../support/sample.js';

const progress = (known: Partial<Progress>): Progress => ({
  bytes: 63 * MiB,
  total: 100 * MiB,
  elapsed: 600,
  rate: 110 * MiB,
  average: 105 * MiB,
  eta: 336,
  ...known,
});

describe('formatProgress', () => {
  it('shows the percentage, the bytes, the current rate and the remaining time', () => {
    expect(formatProgress(progress({}))).toBe('63%  63 MiB  110 MiB/s  ETA 0:01');
  });

  it('leaves out the percentage and the remaining time if the total is unknown', () => {
    expect(formatProgress(progress({ total: undefined, eta: undefined }))).toBe(
      '63 MiB  110 MiB/s',
    );
  });

  it('leaves out the remaining time if no bytes move', () => {
    expect(formatProgress(progress({ rate: 0, eta: undefined }))).toBe('63%  63 MiB  0 B/s');
  });

  it('shows 100% only for the whole file', () => {
    expect(formatProgress(progress({ bytes: 100 * MiB - 1 }))).toMatch(/^99% /);
    expect(formatProgress(progress({ bytes: 100 * MiB, eta: 0 }))).toMatch(/^100% .*ETA 0:00$/);
  });

  it('shows 100% for a file that has grown', () => {
    expect(formatProgress(progress({ bytes: 130 * MiB, eta: -27_273 }))).toBe(
      '100%  130 MiB  110 MiB/s  ETA 0:00',
    );
  });
});

describe('fraction', () => {
  it.each([
    ['half-way', { bytes: 50, total: 100 }, 0.5],
    ['of a file that has grown', { bytes: 130, total: 100 }, 1],
    ['of an empty file', { bytes: 0, total: 0 }, 0],
    ['of no known total', { bytes: 50, total: undefined }, 0],
  ])('goes from 0 to 1: %s', (_, known, share) => {
    expect(fraction(progress(known))).toBe(share);
  });
});
