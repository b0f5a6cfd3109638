import { jest } from '@jest/globals';
import { DeferredTally } from '../../src/admin/deferredTally.js';
import { Tally } from '../../src/admin/tally.js';
import type { ServerEvent } from '../../src/index.js';
import { opened, STAMP } from '../support/events.js';

const event = (id: number): ServerEvent => ({ ...STAMP, ...opened(id) });

describe('DeferredTally', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('has counted each event once whenever it is read, at the time at which it came', () => {
    let now = 5;
    const tally = new DeferredTally({ now: () => now });
    expect(tally.read().opened).toBe(0);
    tally.add(event(1));
    now = 7;
    tally.add(event(2));
    now = 1_000;
    for (let times = 0; times < 2; times++) {
      expect(tally.read().opened).toBe(2);
      expect([...tally.read().flights.values()].map(({ since }) => since)).toStrictEqual([5, 7]);
    }
    tally.add(event(3));
    expect(tally.read().flights.get(3)).toMatchObject({ since: 1_000 });
  });

  it('keeps at most 255 events that it has not counted', () => {
    const count = jest.spyOn(Tally.prototype, 'count');
    const tally = new DeferredTally({ now: () => 0 });
    for (let id = 1; id <= 255; id++) tally.add(event(id));
    expect(count).not.toHaveBeenCalled();
    for (let id = 256; id <= 600; id++) tally.add(event(id));
    expect(count).toHaveBeenCalledTimes(512);
    expect(tally.read().opened).toBe(600);
  });
});
