import { Curve } from '../../src/admin/curve.js';

/** The last few seconds that are over. */
const last = (curve: Curve, now: number, count: number) => curve.read(now).bytes.slice(-count);

describe('Curve', () => {
  it('spreads bytes over the time in which they arrived', () => {
    const curve = new Curve(0);
    curve.add(10_500, 1_000, 1_000);
    expect(last(curve, 12_500, 3)).toStrictEqual([0, 500, 500]);
  });

  it('is a line for a transfer that reports once per second, at any phase', () => {
    const curve = new Curve(0);
    for (let now = 1_300; now <= 20_300; now += 1_000) curve.add(now, 700, 1_000);
    expect(last(curve, 20_300, 10)).toStrictEqual(Array(10).fill(700));
  });

  it('leaves out the current second, and the one before it, whose bytes may still be reported', () => {
    const curve = new Curve(0);
    curve.add(10_100, 900, 1);
    expect(last(curve, 10_200, 1)).toStrictEqual([0]);
    expect(last(curve, 11_200, 1)).toStrictEqual([0]);
    expect(last(curve, 12_200, 1)).toStrictEqual([900]);
  });

  it('reports the second at which it ends', () => {
    expect(new Curve(0).read(12_200).second).toBe(11);
  });

  it('forgets bytes that are older than five minutes, even if it is not read for long', () => {
    const curve = new Curve(0);
    curve.add(500, 900, 1);
    const { bytes } = curve.read(250_000);
    expect(bytes).toHaveLength(300);
    expect(bytes).toContain(900);
    expect(curve.read(302_000).bytes).not.toContain(900);
    curve.add(10_000_000, 5, 1);
    expect(curve.read(10_002_000).bytes.filter((value) => value > 0)).toStrictEqual([5]);
  });

  it('accepts bytes of a time that is longer than the curve, or zero', () => {
    const curve = new Curve(0);
    curve.add(1_000_000, 3_010, 1_000_000);
    expect(last(curve, 1_002_000, 3)).toStrictEqual([10, 10, 0]);
    curve.add(1_002_500, 7, 0);
    expect(last(curve, 1_004_000, 1)).toStrictEqual([7]);
  });

  it('begins at any time of its clock, even below zero', () => {
    const curve = new Curve(-5_000);
    curve.add(-4_200, 60, 1);
    expect(last(curve, -2_000, 2)).toStrictEqual([0, 60].reverse());
  });
});
