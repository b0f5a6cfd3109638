import { type ConfiguredLimits, limitStates } from '../../src/admin/limitStates.js';
import { Tally } from '../../src/admin/tally.js';
import { opened, STAMP } from '../support/events.js';

/** With three transfers of two hosts; the first was admitted at 0. */
function tally(): Tally {
  const tally = new Tally(0);
  for (const [index, peer] of ['[::1]:1', '192.0.2.1:7', '[::1]:2'].entries()) {
    tally.count({ ...STAMP, ...opened(index + 1), peer }, index * 100);
  }
  tally.count({ ...STAMP, ...opened(2), type: 'progress', bytes: 700, ms: 100 }, 200);
  tally.count({ ...STAMP, type: 'usage', bytes: 400, files: 7 }, 200);
  return tally;
}

const of = (configured: ConfiguredLimits) => limitStates(tally(), configured, 1_000);

const IDLE = { name: 'idle-timeout', unit: 'ms', limit: 10_000 };

describe('limitStates', () => {
  it.each<[ConfiguredLimits, object]>([
    [{ maxConnections: 9 }, { name: 'max-connections', unit: 'connections', limit: 9, used: 3 }],
    [{ maxPerHost: 4 }, { name: 'max-per-host', unit: 'connections', limit: 4, used: 2 }],
    [{ maxSize: 1_000 }, { name: 'max-size', unit: 'bytes', limit: 1_000, used: 700 }],
    [{ maxDuration: 5_000 }, { name: 'max-duration', unit: 'ms', limit: 5_000, used: 1_000 }],
    [{ maxRatePerHost: 60 }, { name: 'max-rate-per-host', unit: 'connections/min', limit: 60 }],
    [{ maxTotal: 500 }, { name: 'max-total', unit: 'bytes', limit: 500, used: 400 }],
    [{ maxFiles: 8 }, { name: 'max-files', unit: 'files', limit: 8, used: 7 }],
    [{ minRate: 10 }, { name: 'min-rate', unit: 'bytes/s', limit: 10 }],
  ])('reports how much of %j is used', (configured, limit) => {
    expect(of(configured)).toStrictEqual([limit, IDLE]);
  });

  it('leaves out limits that are off', () => {
    const off = { idleTimeout: Infinity, maxSize: Infinity, minRate: 0, maxPerHost: undefined };
    expect(of(off)).toStrictEqual([]);
  });

  it('reports the connections that the open-files limit allows', () => {
    const reduced = tally();
    reduced.count({ ...STAMP, type: 'reduced', asked: 5_000, maxConnections: 12 }, 200);
    expect(limitStates(reduced, { maxConnections: 5_000 }, 0)[0]).toMatchObject({ limit: 12 });
  });

  it('reports that nothing is used while no transfer is in flight', () => {
    const empty = new Tally(0);
    const limits = limitStates(empty, { maxDuration: 5, maxPerHost: 2, maxSize: 3 }, 1_000);
    expect(limits.map(({ used }) => used)).toStrictEqual([0, 0, 0, undefined]);
  });
});
