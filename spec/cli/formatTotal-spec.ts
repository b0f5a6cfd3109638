import { formatTotal, summarizeTotal } from '../../src/cli/formatTotal.js';
import type { Total } from '../../src/cli/totalProgress.js';

const GiB = 2 ** 30;
const total: Total = {
  ...{ files: 12, sent: 3, failed: 0 },
  ...{ bytes: 1.25 * GiB, total: 5 * GiB, elapsed: 16_000 },
  ...{ rate: 80 * 2 ** 20, average: 78 * 2 ** 20, eta: 47_000 },
};

describe('formatTotal', () => {
  it.each([
    [79, '3 of 12 files  25%  1.25 GiB of 5 GiB  80 MiB/s  ETA 0:47'],
    [56, '3 of 12 files  25%  80 MiB/s  ETA 0:47'],
    [39, '3 of 12 files  25%  80 MiB/s  ETA 0:47'],
    [37, '3 of 12 files  25%  ETA 0:47'],
    [20, '3 of 12 files'],
  ])('shows as much as fits into %d columns', (columns, line) => {
    expect(formatTotal(total, columns)).toBe(line);
    expect(line.length).toBeLessThanOrEqual(columns);
  });

  it('leaves out what is unknown', () => {
    expect(formatTotal({ ...total, total: undefined, eta: undefined })).toBe(
      '3 of 12 files  1.25 GiB  80 MiB/s',
    );
  });

  it('counts the files that have failed', () => {
    expect(formatTotal({ ...total, failed: 2 }, 40)).toBe('3 of 12 files, 2 failed  25%  ETA 0:47');
  });
});

describe('summarizeTotal', () => {
  it('shows all bytes, the time and the average rate (C8)', () => {
    expect(summarizeTotal({ ...total, sent: 11, failed: 1 })).toBe(
      '11 of 12 files, 1 failed  1.25 GiB in 16 s, 78 MiB/s',
    );
  });
});
