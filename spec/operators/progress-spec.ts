import { jest } from '@jest/globals';
import { asyncScheduler, map, skip, Subject } from 'rxjs';
import { type Progress, progress } from '../../src/operators/index.js';
import progressDiagram from '../diagrams/progress.js';
import { holdsTo } from '../support/diagram.js';
import { obeysTheLaws } from '../support/laws.js';
import { marbles } from '../support/marbles.js';

// prettier-ignore
describe('progress', () => {
  obeysTheLaws(() => progress({ total: 2 }), { a: 1, b: 2 });

  it('does what its diagram shows', holdsTo(progressDiagram));

  it('reports rates and the remaining time', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const position     = hot('- 999ms a 999ms b-|', { a: 1_000, b: 3_000 });
    const positionSubs = '    ^ 999ms - 999ms --!';
    const expected     = '    - 999ms a 999ms b-|';
    expectObservable(position.pipe(progress({ total: 6_000 }))).toBe(expected, {
      a: { bytes: 1_000, total: 6_000, elapsed: 1_000, rate: 1_000, average: 1_000, eta: 5_000 },
      b: { bytes: 3_000, total: 6_000, elapsed: 2_000, rate: 1_500, average: 1_500, eta: 2_000 },
    });
    expectSubscriptions(position.subscriptions).toBe(positionSubs);
  }));

  it('reports no rate and no remaining time before any time has passed', marbles(({ hot, expectObservable }) => {
    const position = hot('a', { a: 1_000 });
    const expected = '    a';
    expectObservable(position.pipe(progress({ total: 6_000 }))).toBe(expected, {
      a: { bytes: 1_000, total: 6_000, elapsed: 0, rate: 0, average: 0, eta: undefined },
    });
  }));

  it('reports no remaining time without a total', marbles(({ hot, expectObservable }) => {
    const position = hot('- 999ms a', { a: 1_000 });
    const expected = '    - 999ms a';
    expectObservable(position.pipe(progress())).toBe(expected, {
      a: { bytes: 1_000, total: undefined, elapsed: 1_000, rate: 1_000, average: 1_000, eta: undefined },
    });
  }));

  it('reports no remaining time while nothing moves', marbles(({ hot, expectObservable }) => {
    const position = hot('- 999ms a 999ms a', { a: 1_000 });
    const expected = '    - 999ms - 999ms b';
    const last     = progress({ total: 6_000, window: 1_000 });
    expectObservable(position.pipe(last, skip(1))).toBe(expected, {
      b: { bytes: 1_000, total: 6_000, elapsed: 2_000, rate: 0, average: 500, eta: undefined },
    });
  }));

  it('reports no remaining time while the position goes back', marbles(({ hot, expectObservable }) => {
    const position = hot('- 999ms a 999ms b', { a: 2_000, b: 1_000 });
    const expected = '    - 999ms - 999ms b';
    expectObservable(position.pipe(progress({ total: 6_000, window: 1_000 }), skip(1))).toBe(expected, {
      b: { bytes: 1_000, total: 6_000, elapsed: 2_000, rate: -1_000, average: 500, eta: undefined },
    });
  }));

  it('measures the rate over the window alone, and the average over all', marbles(({ hot, expectObservable }) => {
    const position = hot('- 999ms a 999ms b 999ms c 999ms d 999ms e', { a: 1_000, b: 2_000, c: 3_000, d: 3_100, e: 3_200 });
    const expected = '    - 999ms a 999ms b 999ms c 999ms d 999ms e';
    const rates    = map(({ rate, average }: Progress) => [rate, average]);
    expectObservable(position.pipe(progress({ window: 2_000 }), rates)).toBe(expected, {
      a: [1_000, 1_000],
      b: [1_000, 1_000],
      c: [1_000, 1_000],
      d: [550, 775],
      e: [100, 640],
    });
  }));

  it('measures from the last position before the window if none came since', marbles(({ hot, expectObservable }) => {
    const position = hot('- 999ms a 9999ms b', { a: 1_000, b: 2_000 });
    const expected = '    - 999ms a 9999ms b';
    const rates    = map(({ rate, average }: Progress) => [rate, Math.round(average)]);
    expectObservable(position.pipe(progress({ window: 2_000 }), rates)).toBe(expected, {
      a: [1_000, 1_000],
      b: [100, 182],
    });
  }));

  it('counts from its subscription', marbles(({ cold, expectObservable }) => {
    const position = cold(   '1s a', { a: 1_000 });
    const sub      = '    3s ^   ';
    const expected = '    3s 1s a';
    const times    = map(({ elapsed, average }: Progress) => [elapsed, average]);
    expectObservable(position.pipe(progress(), times), sub).toBe(expected, { a: [1_000, 1_000] });
  }));

  it('uses the clock that it is given', marbles(({ hot, expectObservable }) => {
    const twiceAsFast = { now: () => 2 * asyncScheduler.now() };
    const position = hot('- 999ms a', { a: 1_000 });
    const expected = '    - 999ms a';
    expectObservable(position.pipe(progress({ total: 6_000, clock: twiceAsFast }))).toBe(expected, {
      a: { bytes: 1_000, total: 6_000, elapsed: 2_000, rate: 500, average: 500, eta: 10_000 },
    });
  }));

  it('ignores a wall clock that jumps', () => {
    const wall = jest.spyOn(Date, 'now').mockReturnValue(1_000_000);
    const monotonic = jest.spyOn(performance, 'now').mockReturnValue(0);
    const position = new Subject<number>();
    const times: number[] = [];
    void position.pipe(progress()).forEach(({ elapsed }) => times.push(elapsed));
    wall.mockReturnValue(0);
    monotonic.mockReturnValue(1_000);
    position.next(1);
    jest.restoreAllMocks();
    expect(times).toStrictEqual([1_000]);
  });

  it.each([0, -1, NaN])('rejects a window of %d ms', (window) => {
    expect(() => progress({ window })).toThrow(RangeError);
  });
});
