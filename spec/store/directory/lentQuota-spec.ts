import { writeFileSync } from 'node:fs';
import { Duplex } from 'node:stream';
import { ReplaySubject, switchMap, take } from 'rxjs';
import { lendQuota } from '../../../src/store/directory/lentQuota.js';
import { nameTemplate } from '../../../src/store/directory/owner/nameTemplate.js';
import { Quota } from '../../../src/store/directory/owner/quota.js';
import { type Disk, disk } from '../../../src/store/directory/writer/disk.js';
import { temporaryDirectory } from '../../support/directory.js';
import { afterPolls } from '../../support/outcome.js';

const [RESERVE, RESERVE_MARKER, RELEASE, SAVE] = [0, 1, 2, 3];
const [GRANTED, MAX_TOTAL, MAX_FILES] = [0, 1, 2];

/** `LentQuota` blocks its process, so that the specs of the program cover it. */
describe('lendQuota', () => {
  const path = temporaryDirectory();

  const lend = (files: Disk = disk()) => {
    const quota = new Quota({
      ...{ directory: path(), template: nameTemplate('{id}.file') },
      ...{ maxTotal: 100, maxFiles: 2 },
    });
    const answers: number[] = [];
    const line = new Duplex({
      read: () => undefined,
      write(chunk: Uint8Array, _, done) {
        answers.push(...chunk);
        done();
      },
    });
    lendQuota(line, quota, files);
    const request = async (...numbers: number[]) => {
      line.push(new Uint8Array(Float64Array.of(...numbers).buffer));
      await afterPolls();
      return answers.splice(0);
    };
    return { quota, line, request };
  };

  it('reserves bytes and files, and answers which limit is reached', async () => {
    const { quota, request } = lend();
    expect(await request(RESERVE, 0, 1)).toStrictEqual([GRANTED]);
    expect(await request(RESERVE, 100, 0)).toStrictEqual([GRANTED]);
    expect(await request(RESERVE, 1, 0)).toStrictEqual([MAX_TOTAL]);
    expect(await request(RESERVE, 0, 1, RESERVE, 0, 1)).toStrictEqual([GRANTED, MAX_FILES]);
    expect(quota.usage).toStrictEqual({ bytes: 100, files: 2 });
    expect(await request(RELEASE, 100, 1, SAVE, 40, 1)).toStrictEqual([]);
    expect(quota.usage).toStrictEqual({ bytes: 40, files: 2 });
  });

  it('reserves an ERROR beyond the limits', async () => {
    const { request } = lend();
    expect(await request(RESERVE_MARKER, 5, 1, RESERVE_MARKER, 5, 1)).toStrictEqual([0, 0]);
    expect(await request(RESERVE_MARKER, 5, 1)).toStrictEqual([GRANTED]);
  });

  it('reads requests that come in pieces', async () => {
    const { line, request } = lend();
    const bytes = new Uint8Array(Float64Array.of(RESERVE, 0, 1).buffer);
    line.push(bytes.subarray(0, 7));
    await afterPolls();
    line.push(bytes.subarray(7, 20));
    await afterPolls();
    line.push(bytes.subarray(20));
    expect(await request()).toStrictEqual([GRANTED]);
  });

  it('takes back what a process had reserved that has died, and counts what it has saved', async () => {
    const { quota, line, request } = lend();
    await request(RESERVE, 100, 2);
    writeFileSync(path('1.file'), 'saved');
    line.destroy();
    await afterPolls();
    expect(quota.usage).toStrictEqual({ bytes: 5, files: 1 });
  });

  it('keeps nothing reserved for a process that has died while a slow disk is counted', async () => {
    const counted$ = new ReplaySubject<true>(1);
    const fast = disk();
    const slow: Disk = {
      ...fast,
      run: (steps) =>
        counted$.pipe(
          take(1),
          switchMap(() => fast.run(steps)),
        ),
    };
    const { quota, line, request } = lend(slow);
    expect(await request(RESERVE, 100, 1)).toStrictEqual([]);
    line.destroy();
    await afterPolls();
    counted$.next(true);
    await afterPolls();
    expect(quota.usage).toStrictEqual({ bytes: 0, files: 0 });
  });
});
