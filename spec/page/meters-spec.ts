import type { State } from '../../src/admin/state.js';
import { metersOf } from '../../src/page/meters.js';

const of = (changed: Partial<State>) => metersOf({ limits: [], ...changed } as unknown as State);

describe('metersOf', () => {
  it('shows the used share of the disk, without its reserve', () => {
    const [disk] = of({ disk: { free: 2 ** 30, size: 3 * 2 ** 30, minFree: 2 ** 30 } });
    expect(disk).toStrictEqual({
      title: 'Disk',
      text: '1 GiB of 3 GiB free; 1 GiB stay free',
      share: 1,
    });
    expect(of({ disk: { free: 2e9, size: 1e12, minFree: 1e9 } })[0]?.text).toMatch(
      /; 1 GB stay free$/,
    );
    expect(of({ disk: { free: 75, size: 100, minFree: 0 } })[0]).toMatchObject({ share: 0.25 });
  });

  it.each([
    [{ waiting: 0 }, 'it works; 0 files wait in the spool'],
    [{ waiting: 1, problem: 'it is down' }, 'it is down; 1 file waits in the spool'],
    [{ waiting: 1_234 }, 'it works; 1,234 files wait in the spool'],
  ])('shows the condition of the engine first: %j', (engine, text) => {
    const disk = { free: 1, size: 2, minFree: 0 };
    expect(of({ engine, disk }).slice(0, 1)).toStrictEqual([{ title: 'Engine', text }]);
  });

  it('shows how much of a limit is used, if that is known', () => {
    const limits = [
      { name: 'max-connections', unit: 'connections', limit: 2_000, used: 500 },
      { name: 'min-rate', unit: 'bytes/s', limit: 1_000 },
      { name: 'later', unit: 'ms', limit: 10, used: 50 },
      { name: 'max-size', unit: 'bytes', limit: 1_000_000, used: 512 * 1_024 },
    ] as const;
    expect(of({ limits })).toStrictEqual([
      { title: 'Connections at once', text: '500 of 2,000', share: 0.25 },
      { title: 'Rate of a transfer, at least', text: '1 kB/s' },
      { title: 'later', text: '50 ms of 10 ms', share: 1 },
      { title: 'Largest file in flight', text: '512 KiB of 1 MB', share: 0.524288 },
    ]);
  });
});
