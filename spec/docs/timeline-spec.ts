import { timeline } from '../../scripts/docs/timeline.js';

const PLACE = { left: 10, width: 400 };

describe('timeline', () => {
  it('gives each frame the same room', () => {
    const { x, pitch, right } = timeline([5, 10, 20], PLACE);
    expect([0, 5, 10, 20].map(x)).toStrictEqual([10, 110, 210, 410]);
    expect(pitch).toBe(20);
    expect(right).toBe(410);
  });

  it('draws few frames close together, and many with more room', () => {
    expect(timeline([2], PLACE).x(2)).toBeLessThan(100);
    const long = timeline(
      Array.from({ length: 50 }, (_, frame) => frame),
      PLACE,
    );
    expect(long.right).toBeGreaterThan(PLACE.left + PLACE.width);
  });

  it('shortens a long silence, and reports its length', () => {
    const { x, cuts } = timeline([5, 10_005, 10_010], PLACE);
    expect(cuts.map(({ duration }) => duration)).toStrictEqual([10_000]);
    expect(cuts[0]?.x).toBe((x(5) + x(10_005)) / 2);
    expect(x(10_010)).toBeLessThanOrEqual(410);
  });

  it('shortens no time in which something happens', () => {
    expect(timeline([5, 10, 15, 20], PLACE).cuts).toStrictEqual([]);
  });
});
