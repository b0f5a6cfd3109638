import { NEVER } from 'rxjs';
import { mkdirSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { QuotaError } from '../../../src/errors.js';
import { nameTemplate } from '../../../src/store/directory/owner/nameTemplate.js';
import { Quota, type QuotaLimits } from '../../../src/store/directory/owner/quota.js';
import { QuotaShare } from '../../../src/store/directory/writer/quotaShare.js';
import {
  directoryStore,
  type DirectoryStoreOptions,
} from '../../../src/store/directory/directoryStore.js';
import { runSync } from '../../../src/store/directory/writer/steps.js';
import type { Store } from '../../../src/store/store.js';
import { bytes } from '../../support/bytes.js';
import { contents, temporaryDirectory } from '../../support/directory.js';
import { following } from '../../support/following.js';
import { COMPLETED, ending, first, thrownBy } from '../../support/outcome.js';

const ORIGIN = { connection: 1, peer: '192.0.2.1:5000' };
const TOO_MANY_BYTES = new QuotaError('maxTotal', 10);

describe('directoryStore with limits of all files together', () => {
  const { follow } = following();
  const path = temporaryDirectory();

  const open = (options: Partial<DirectoryStoreOptions>): Promise<Store> =>
    first(follow(directoryStore({ path: path(), ...options })).seen$);

  /** Writes and commits, and fails after an error, as a server does; returns the error. */
  const save = async (store: Store, text: string): Promise<unknown> => {
    const part = store.begin(ORIGIN);
    const error = thrownBy(() => part.write(bytes(text))) ?? (await ending(part.commit()));
    if (error !== COMPLETED) expect(await ending(part.fail())).toBe(COMPLETED);
    return error;
  };

  it('refuses bytes before they are written, and keeps ERROR instead', async () => {
    const store = await open({ maxTotal: 10 });
    expect(await save(store, '12345')).toBe(COMPLETED);
    const part = store.begin(ORIGIN).write(bytes('123'));
    expect(thrownBy(() => part.write(bytes('456')))).toStrictEqual(TOO_MANY_BYTES);
    expect(Object.values(contents(path())).toSorted()).toStrictEqual(['123', '12345']);
    expect(await ending(part.fail())).toBe(COMPLETED);
    expect(contents(path())).toStrictEqual({ '1.file': '12345', '2.file': 'ERROR' });
  });

  it('counts what transfers in flight have written', async () => {
    const store = await open({ maxTotal: 10 });
    store.begin(ORIGIN).write(bytes('123456'));
    const other = store.begin(ORIGIN);
    expect(thrownBy(() => other.write(bytes('78901')))).toStrictEqual(TOO_MANY_BYTES);
    expect(thrownBy(() => other.write(bytes('7890')))).toBeUndefined();
  });

  it('frees the bytes of a failed transfer, except ERROR', async () => {
    const store = await open({ maxTotal: 14 });
    const part = store.begin(ORIGIN).write(bytes('1234567890'));
    expect(await ending(part.fail())).toBe(COMPLETED);
    expect(await save(store, '1234567890')).toStrictEqual(new QuotaError('maxTotal', 14));
    expect(await save(store, '1234')).toBe(COMPLETED);
  });

  it('counts the files and backups of earlier runs, and no others', async () => {
    mkdirSync(path('a'));
    writeFileSync(path('a', '1.file'), '1234');
    writeFileSync(path('a', '1.file.~1~'), '123');
    writeFileSync(path('other.file'), 'does not count');
    const store = await open({ name: '{cn}/{id}.file', continue: true, maxTotal: 10 });
    expect(await save(store, '1234')).toStrictEqual(TOO_MANY_BYTES);
    expect(thrownBy(() => store.begin(ORIGIN).write(bytes('123')))).toStrictEqual(TOO_MANY_BYTES);
  });

  it.each(['', 'text'])('limits the number of files, also for "%s"', async (text) => {
    const store = await open({ maxFiles: 2 });
    expect(await save(store, text)).toBe(COMPLETED);
    expect(await save(store, text)).toBe(COMPLETED);
    expect(await save(store, text)).toStrictEqual(new QuotaError('maxFiles', 2));
    expect(contents(path())).toStrictEqual({ '1.file': text, '2.file': text, '3.file': 'ERROR' });
  });

  it('emits how much it has, with what transfers in flight have written', async () => {
    const store = await open({ maxTotal: 10, maxFiles: 3 });
    const used = () => first(store.usage$ ?? NEVER);
    expect(await used()).toStrictEqual({ bytes: 0, files: 0 });
    expect(await save(store, '1234')).toBe(COMPLETED);
    store.begin(ORIGIN).write(bytes('123'));
    expect(await used()).toMatchObject({ bytes: 7 });
    expect(await save(store, '123')).toBe(COMPLETED);
    expect(await used()).toStrictEqual({ bytes: 10, files: 3 });
  });

  it('emits no bytes if only files are limited', async () => {
    const { usage$ = NEVER } = await open({ maxFiles: 3 });
    expect(await first(usage$)).toStrictEqual({ files: 0 });
  });

  it('has no usage without limits', async () => {
    expect((await open({})).usage$).toBeUndefined();
  });

  it('counts a backup as a file', async () => {
    writeFileSync(path('1.file'), 'old');
    const store = await open({ maxFiles: 2 });
    expect(await save(store, 'new')).toBe(COMPLETED);
    expect(await save(store, 'more')).toStrictEqual(new QuotaError('maxFiles', 2));
  });

  it.each([{ maxTotal: NaN }, { maxFiles: -1 }])('refuses %j', async (options) => {
    expect(await ending(directoryStore({ path: path(), ...options }))).toBeInstanceOf(RangeError);
  });
});

describe('Quota', () => {
  const path = temporaryDirectory();

  const begin = (limits: QuotaLimits) => {
    const clock = { time: 0, now: () => clock.time };
    const template = nameTemplate('{id}.file');
    const quota = new Quota({ directory: path(), template, clock, ...limits });
    const share = () => new QuotaShare(quota);
    return { clock, quota, share };
  };

  const take = (share: QuotaShare, size: number) =>
    thrownBy(() => {
      runSync(share.take(size));
    });
  const takeFile = (share: QuotaShare) =>
    thrownBy(() => {
      runSync(share.takeFile());
    });
  const takeMarker = (share: QuotaShare) =>
    thrownBy(() => {
      runSync(share.takeMarker(5));
    });

  it('counts again before it refuses, because other programs remove files; at most once per second', () => {
    writeFileSync(path('1.file'), '');
    truncateSync(path('1.file'), 10);
    const { clock, share } = begin({ maxTotal: 10, maxFiles: 1 });
    rmSync(path('1.file'));
    expect(take(share(), 4)).toStrictEqual(TOO_MANY_BYTES);
    clock.time = 999;
    expect(takeFile(share())).toStrictEqual(new QuotaError('maxFiles', 1));
    clock.time = 1_000;
    expect(take(share(), 4)).toBeUndefined();
    expect(takeFile(share())).toBeUndefined();
    expect(take(share(), 7)).toStrictEqual(TOO_MANY_BYTES);
  });

  it('counts again before it emits how much there is, if a limit is reached', () => {
    writeFileSync(path('1.file'), 'text');
    const { clock, quota } = begin({ maxTotal: 4 });
    rmSync(path('1.file'));
    runSync(quota.refresh());
    expect(quota.usage).toStrictEqual({ bytes: 4, files: 1 });
    clock.time = 1_000;
    runSync(quota.refresh());
    expect(quota.usage).toStrictEqual({ bytes: 0, files: 0 });
  });

  it('counts nothing again while the limits are kept', () => {
    const { clock, share } = begin({ maxFiles: 2 });
    writeFileSync(path('1.file'), '');
    clock.time = 5_000;
    expect(takeFile(share())).toBeUndefined();
    expect(takeFile(share())).toBeUndefined();
    expect(takeFile(share())).toStrictEqual(new QuotaError('maxFiles', 2));
  });

  it('allows ERROR to exceed the limits 1,000 times, until they are met again', () => {
    const { clock, share } = begin({ maxFiles: 1 });
    const last = share();
    expect(takeFile(last)).toBeUndefined();
    last.save();
    writeFileSync(path('1.file'), '');
    const markers = Array.from({ length: 1_000 }, share);
    for (const marker of markers) {
      expect(takeMarker(marker)).toBeUndefined();
      marker.save(5);
    }
    expect(takeMarker(share())).toStrictEqual(new QuotaError('maxFiles', 1));
    rmSync(path('1.file'));
    clock.time = 1_000;
    expect(readdirSync(path())).toStrictEqual([]);
    expect(takeFile(share())).toBeUndefined();
    expect(takeMarker(share())).toBeUndefined();
  });
});
