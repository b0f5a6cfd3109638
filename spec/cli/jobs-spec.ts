import { blockSizeOf, limitJobs, maxJobs } from '../../src/cli/jobs.js';
import { MiB } from '../support/sample.js';

describe('maxJobs', () => {
  it.each([
    [Infinity, Infinity],
    [1024, 165],
    [64, 5],
    [38, 1],
    [20, 1],
  ])('with %d open files allows %d connections', (limit, most) => {
    expect(maxJobs(limit)).toBe(most);
  });
});

describe('limitJobs', () => {
  const files = Array.from({ length: 64 }, () => 'a.bin');

  it.each([
    [
      100,
      5,
      5,
      'WARNING: --jobs 100 is reduced to 5: the open-files limit (ulimit -n) allows no more',
    ],
    [5, 5, 5, ''],
    [100, 200, 64, ''],
    [1, 5, 1, ''],
  ])('reduces --jobs %d, with a limit of %d, to %d', (jobs, most, carried, warning) => {
    const lines: string[] = [];
    expect(limitJobs({ jobs, files }, (line) => lines.push(line), most)).toBe(carried);
    expect(lines.join('\n')).toBe(warning);
  });
});

describe('blockSizeOf', () => {
  it.each([1, 2, 32, 33, 300, 1_000])('uses at most 64 MiB for %d jobs together', (jobs) => {
    expect(jobs * blockSizeOf(jobs)).toBeLessThanOrEqual(64 * MiB);
  });

  it('is a tenth of what a job may send in a second', () => {
    expect(blockSizeOf(1, 1_000)).toBe(100);
    expect(blockSizeOf(4, 1_000)).toBe(25);
    expect(blockSizeOf(4, 1)).toBe(1);
    expect(blockSizeOf(1, 1_000 * MiB)).toBe(2 * MiB);
  });

  it('is large for few jobs, and never tiny', () => {
    expect(blockSizeOf(1)).toBe(2 * MiB);
    expect(blockSizeOf(100_000)).toBe(64 * 1024);
  });
});
