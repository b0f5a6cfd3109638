import { mkdirSync, rmSync } from 'node:fs';
import { of } from 'rxjs';
import { checkDisk } from '../../src/admin/checkDisk.js';
import { temporaryDirectory } from '../support/directory.js';
import { marbles } from '../support/marbles.js';
import { first } from '../support/outcome.js';

const path = temporaryDirectory();

const SPACE = { blocks: 100, bavail: 9, files: 8, ffree: 3 };

describe('checkDisk', () => {
  // prettier-ignore
  it('waits one second for a disk that hangs, and shares one look among all subscribers (S3)', marbles(({ cold, expectObservable, expectSubscriptions }) => {
    const look     = cold('- 1999ms a|', { a: SPACE });
    const lookSubs = '     ^ 2000ms !';
    const disk$    = checkDisk(path(), 0, () => look);
    const n        = { problem: 'the disk does not answer' };
    const a        = { space: { free: 9 * 4096, size: 100 * 4096, minFree: 0 }, freeFiles: 3 };
    expectObservable(disk$).toBe('- 999ms (n|)', { n });
    expectObservable(disk$, '- 499ms ^').toBe('- 1499ms (n|)', { n });
    expectObservable(disk$, '- 1699ms ^').toBe('- 1999ms a|', { a });
    expectSubscriptions(look.subscriptions).toBe(lookSubs);
  }));

  it.each([
    [{ ffree: 0 }, 'the disk has no room for another file'],
    [{ files: 0, ffree: 0 }, undefined],
  ])('reports the number of files that can be created: %j', async (changed, problem) => {
    const disk = await first(checkDisk(path(), 0, () => of({ ...SPACE, ...changed })));
    expect(disk.problem).toBe(problem);
    expect(disk.freeFiles).toBe(problem === undefined ? undefined : 0);
  });

  it('reports the space of the disk, and the reserve that stays free', async () => {
    const { space, problem } = await first(checkDisk(path()));
    expect(problem).toBeUndefined();
    expect(space?.free).toBeGreaterThan(0);
    expect(space?.size).toBeGreaterThanOrEqual(space?.free ?? NaN);
    expect(space?.minFree).toBe(Math.min(64 * 2 ** 20, 0.05 * (space?.size ?? NaN)));
  });

  it('reports that the disk is full if only the reserve is free', async () => {
    expect(await first(checkDisk(path(), Number.MAX_SAFE_INTEGER))).toMatchObject({
      space: { minFree: Number.MAX_SAFE_INTEGER },
      problem: 'the disk is full',
    });
    expect(await first(checkDisk(path(), 0))).not.toHaveProperty('problem');
  });

  it('looks anew for each subscription, because the directory may be removed', async () => {
    const disk$ = checkDisk(path());
    expect(await first(disk$)).not.toHaveProperty('problem');
    rmSync(path(), { recursive: true });
    expect(await first(disk$)).toStrictEqual({ problem: 'cannot be written: ENOENT' });
  });

  it('accepts a name that is not UTF-8', async () => {
    const directory = Buffer.concat([Buffer.from(path('caf')), Buffer.of(0xe9)]);
    mkdirSync(directory);
    expect(await first(checkDisk(directory))).not.toHaveProperty('problem');
  });
});
