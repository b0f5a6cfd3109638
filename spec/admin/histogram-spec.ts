import { Histogram } from '../../src/admin/histogram.js';

describe('Histogram', () => {
  it('counts the values that are at most each bound', () => {
    const histogram = new Histogram([1, 10]);
    for (const value of [0, 1, 2, 10, 11]) histogram.observe(value);
    expect(histogram.cumulative).toStrictEqual([
      [1, 2],
      [10, 4],
      [Infinity, 5],
    ]);
    expect(histogram).toMatchObject({ sum: 24, count: 5 });
  });
});
