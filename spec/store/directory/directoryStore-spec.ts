import { chmodSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { filter } from 'rxjs';
import {
  directoryStore,
  type DirectoryStoreOptions,
} from '../../../src/store/directory/directoryStore.js';
import { scopeOf } from '../../../src/store/directory/owner/scope.js';
import type { Part, Store } from '../../../src/store/store.js';
import { bytes } from '../../support/bytes.js';
import { openDescriptors } from '../../support/descriptors.js';
import { contents, temporaryDirectory } from '../../support/directory.js';
import { makeFifo } from '../../support/fifo.js';
import { following } from '../../support/following.js';
import { COMPLETED, ending, first, until } from '../../support/outcome.js';

const ORIGIN = { connection: 1, peer: '192.0.2.1:5000' };

/** The lock and the directory. */

describe('directoryStore', () => {
  const { follow } = following();
  const path = temporaryDirectory();

  const open = async (options: Partial<DirectoryStoreOptions> = {}): Promise<Store> =>
    first(follow(directoryStore({ path: path(), ...options })).seen$);

  /** Resolves once the part is not full. */
  const write = (part: Part, text: string): Promise<boolean> =>
    first(part.write(bytes(text)).full$.pipe(filter((full) => !full)));

  const save = (store: Store, text: string): Promise<unknown> =>
    ending(store.begin(ORIGIN).write(bytes(text)).commit());

  const createFiles = (files: Record<string, string>) => {
    Object.entries(files).forEach(([name, text]) => {
      writeFileSync(path(name), text);
    });
  };

  it('saves the first part as 1.file, the second as 2.file (S5)', async () => {
    const store = await open();
    const [one, two] = [store.begin(ORIGIN), store.begin(ORIGIN)];
    await write(two, 't');
    await write(one, 'o');
    await write(one, 'ne');
    await write(two, 'wo');
    expect(await ending(two.commit())).toBe(COMPLETED);
    expect(await ending(one.commit())).toBe(COMPLETED);
    expect(await Promise.all([first(one.id$), first(two.id$)])).toStrictEqual([1, 2]);
    expect([one.size, two.size]).toStrictEqual([3, 3]);
    expect(contents(path())).toStrictEqual({ '1.file': 'one', '2.file': 'two' });
  });

  it('saves a part without bytes as an empty file (S5)', async () => {
    const part = (await open()).begin(ORIGIN);
    expect(await ending(part.commit())).toBe(COMPLETED);
    expect(contents(path())).toStrictEqual({ '1.file': '' });
  });

  it('hides an unfinished part, and creates none before its first byte (S9)', async () => {
    const part = (await open()).begin(ORIGIN);
    expect(contents(path())).toStrictEqual({});
    await write(part, 'one');
    expect(Object.entries(contents(path()))).toStrictEqual([[expect.stringMatching(/^\./), 'one']]);
  });

  it.each(['', 'more than five bytes'])(
    'turns a part that holds "%s" into exactly ERROR by fail() (S7)',
    async (text) => {
      const part = (await open()).begin(ORIGIN);
      if (text) await write(part, text);
      expect(await ending(part.fail())).toBe(COMPLETED);
      expect(contents(path())).toStrictEqual({ '1.file': 'ERROR' });
    },
  );

  it.each(['', 'more than five bytes'])(
    'turns a part that holds "%s" into exactly ERROR by release()',
    async (text) => {
      const part = (await open()).begin(ORIGIN);
      if (text) await write(part, text);
      part.release();
      part.release();
      await until(() => contents(path())['1.file'] === 'ERROR');
      expect(contents(path())).toStrictEqual({ '1.file': 'ERROR' });
    },
  );

  it('does not change a part by release() that is committed or has failed', async () => {
    const store = await open();
    const [one, two] = [store.begin(ORIGIN), store.begin(ORIGIN)];
    await ending(one.write(bytes('one')).commit());
    await ending(two.write(bytes('two')).fail());
    const { ino } = statSync(path('2.file'));
    one.release();
    two.release();
    expect(contents(path())).toStrictEqual({ '1.file': 'one', '2.file': 'ERROR' });
    expect(statSync(path('2.file')).ino).toBe(ino);
  });

  it.each([0, 0o022, 0o077, 0o777])(
    'gives the files their permissions with the umask %i',
    async (umask) => {
      const before = process.umask(umask);
      try {
        await save(await open(), 'one');
        await save(await open({ path: subdirectory(), mode: 0o664 }), 'one');
      } finally {
        process.umask(before);
      }
      expect(modeOf(path('1.file'))).toBe(0o600);
      expect(modeOf(path('sub', '1.file'))).toBe(0o664);
    },
  );

  const subdirectory = () => {
    mkdirSync(path('sub'));
    chmodSync(path('sub'), 0o700);
    return path('sub');
  };
  const modeOf = (file: string) => statSync(file).mode & 0o777;

  it('saves synced files too, and keeps the directory open to sync it', async () => {
    const { seen$, stop } = follow(directoryStore({ path: path(), fsync: true }));
    const store = await first(seen$);
    expect(openDescriptors(path())).toBe(1);
    await save(store, 'one');
    await ending(store.begin(ORIGIN).fail());
    stop();
    expect(contents(path())).toStrictEqual({ '1.file': 'one', '2.file': 'ERROR' });
    expect(openDescriptors(path())).toBe(0);
  });

  describe('if the name is taken (S12)', () => {
    it('keeps the old file as a numbered backup', async () => {
      createFiles({ '1.file': 'old' });
      await save(await open(), 'new');
      expect(contents(path())).toStrictEqual({ '1.file': 'new', '1.file.~1~': 'old' });
    });

    it('numbers the backup one higher than the highest one', async () => {
      createFiles({ '1.file': 'old', '1.file.~1~': '1', '1.file.~7~': '7', '2.file.~9~': '9' });
      await save(await open(), 'new');
      expect(contents(path())).toMatchObject({ '1.file': 'new', '1.file.~8~': 'old' });
    });

    it('keeps the files of every run', async () => {
      for (const text of ['first', 'second', 'third']) {
        const { seen$, stop } = follow(directoryStore({ path: path() }));
        await save(await first(seen$), text);
        stop();
      }
      expect(contents(path())).toStrictEqual({
        '1.file': 'third',
        '1.file.~1~': 'first',
        '1.file.~2~': 'second',
      });
    });

    it('keeps the old file also if the new one is ERROR', async () => {
      createFiles({ '1.file': 'old' });
      await ending((await open()).begin(ORIGIN).fail());
      expect(contents(path())).toStrictEqual({ '1.file': 'ERROR', '1.file.~1~': 'old' });
    });

    it('moves a symbolic link aside and never follows it', async () => {
      createFiles({ victim: 'precious' });
      symlinkSync(path('victim'), path('1.file'));
      symlinkSync(path('nowhere'), path('2.file'));
      const store = await open();
      await save(store, 'new');
      await save(store, 'new');
      expect(contents(path())).toStrictEqual({
        '1.file': 'new',
        '1.file.~1~': 'a symbolic link',
        '2.file': 'new',
        '2.file.~1~': 'a symbolic link',
        victim: 'precious',
      });
    });

    it('moves a FIFO aside and never opens it', async () => {
      makeFifo(path('1.file'));
      await save(await open(), 'new');
      expect(contents(path())).toStrictEqual({ '1.file': 'new', '1.file.~1~': 'a FIFO' });
    });

    it('moves a directory aside, with its files', async () => {
      mkdirSync(path('1.file'));
      createFiles({ '1.file/inside': 'precious' });
      await save(await open(), 'new');
      expect(contents(path())).toStrictEqual({ '1.file': 'new', '1.file.~1~': 'a directory' });
      expect(contents(path('1.file.~1~'))).toStrictEqual({ inside: 'precious' });
    });
  });

  it('continues after the highest number of a file or a backup, if it is asked to', async () => {
    createFiles({
      '3.file': '',
      '007.file': '',
      '12.file.~1~': '',
      '99.files': '',
      'x20.file': '',
    });
    const part = (await open({ continue: true })).begin(ORIGIN);
    expect(await first(part.id$)).toBe(13);
  });

  it('removes the temporary files of a killed run, and no others (S9)', async () => {
    const left = ['1', '12'].map((serial) => `.rxdrop-${scopeOf()}-4fk20a-${serial}.part`);
    const directory = `.rxdrop-${scopeOf()}-y-2.part`;
    const others = { '.rxdrop-x-1.part~': 'a', '.rxdrop': 'b', 'x.part': 'c', '5.file': 'd' };
    createFiles({ ...Object.fromEntries(left.map((name) => [name, 'left'])), ...others });
    mkdirSync(path(directory));
    await open();
    expect(contents(path())).toStrictEqual({ ...others, [directory]: 'a directory' });
  });

  it('leaves the files that a server in another network namespace may be writing (S13)', async () => {
    const theirs = { '.rxdrop-000000000000-a-1.part': 'being written' };
    createFiles(theirs);
    await open();
    expect(contents(path())).toStrictEqual(theirs);
  });

  it('does not start if the highest possible number is taken', async () => {
    createFiles({ '9007199254740991.file': 'last' });
    expect(await ending(directoryStore({ path: path(), continue: true }))).toMatchObject({
      name: 'DirectoryError',
      cause: { message: 'no number is left after 9007199254740991' },
    });
  });

  it('errors through id$ once no number is left', async () => {
    createFiles({ '9007199254740990.file': 'last but one' });
    const store = await open({ continue: true });
    expect(await first(store.begin(ORIGIN).id$)).toBe(9007199254740991);
    const part = store.begin(ORIGIN).write(bytes('lost'));
    expect(await ending(part.id$)).toMatchObject({ name: 'StoreError' });
    expect(await ending(part.commit())).toMatchObject({ name: 'StoreError' });
    expect(await ending(part.fail())).toMatchObject({ name: 'StoreError' });
    expect(contents(path())).toStrictEqual({ '9007199254740990.file': 'last but one' });
  });

  it('numbers a backup higher than one above 2 ** 53', async () => {
    createFiles({ '1.file': 'old', '1.file.~9007199254740992~': 'older' });
    await save(await open(), 'new');
    expect(contents(path())).toMatchObject({ '1.file.~9007199254740993~': 'old' });
  });

  it('saves files in a directory whose name is not UTF-8', async () => {
    const named = Buffer.concat([Buffer.from(path('caf')), Buffer.from([0xe9])]);
    mkdirSync(named);
    writeFileSync(Buffer.concat([named, Buffer.from('/1.file')]), 'old');
    const store = await first(follow(directoryStore({ path: named })).seen$);
    await save(store, 'new');
    expect(readdirSync(named).sort()).toStrictEqual(['1.file', '1.file.~1~']);
    expect(readdirSync(path(), { encoding: 'buffer' })).toStrictEqual([
      named.subarray(path().length + 1),
    ]);
  });

  it('is the only store of its directory, under any path, while it is subscribed (S13)', async () => {
    symlinkSync(path(), path('itself'));
    const { seen$, stop } = follow(directoryStore({ path: path() }));
    await first(seen$);
    expect(await ending(directoryStore({ path: path('itself') }))).toMatchObject({
      name: 'DirectoryInUseError',
      path: path('itself'),
    });
    expect(contents(path())).toStrictEqual({ itself: 'a symbolic link' });
    stop();
    await save(await open(), 'one');
    expect(contents(path())).toHaveProperty(['1.file'], 'one');
  });

  it.each([
    ['is missing', () => path('missing')],
    ['is no directory', () => createFile(path('file'))],
    ['allows no files', () => '/dev/fd'],
  ])('errors if the directory %s (S2)', async (_, directory) => {
    expect(await ending(directoryStore({ path: directory() }))).toMatchObject({
      name: 'DirectoryError',
      path: directory(),
    });
  });

  const createFile = (file: string) => {
    writeFileSync(file, 'a file');
    return file;
  };
});
