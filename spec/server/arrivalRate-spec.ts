import fc from 'fast-check';
import { ArrivalRate } from '../../src/server/arrivalRate.js';

const MINUTE = 60_000;

/** Counts a connection if the limit is not reached, at the given time. */
function rateOf(limit: number) {
  let now = 0;
  const times = new Map<string, number[]>();
  const rate = new ArrivalRate(limit, { now: () => now }, times);
  return {
    times,
    arrive: (ms: number, host = 'a'): boolean => {
      now = ms;
      if (rate.isReached(host)) return false;
      rate.count(host);
      return true;
    },
  };
}

describe('ArrivalRate', () => {
  it('admits no more than its limit in any minute, and refuses nobody before that', () => {
    const gaps = fc.array(fc.integer({ min: 0, max: MINUTE / 3 }), { maxLength: 60 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), gaps, (limit, gaps) => {
        const { arrive } = rateOf(limit);
        const admitted: number[] = [];
        let now = 0;
        for (const gap of gaps) {
          now += gap;
          const lately = admitted.filter((time) => now - time < MINUTE).length;
          expect(arrive(now)).toBe(lately < limit);
          if (lately < limit) admitted.push(now);
        }
      }),
    );
  });

  it('forgets addresses a minute after they came last', () => {
    const { times, arrive } = rateOf(9);
    for (let host = 0; host < 1_000; host++) arrive(host, String(host));
    expect(times.size).toBe(1_000);
    arrive(MINUTE - 1, '7');
    expect(times.size).toBe(1_000);
    arrive(MINUTE + 499, 'other');
    expect(times.size).toBe(502);
    arrive(2 * MINUTE + 499, 'last');
    expect(times.size).toBe(1);
  });
});
