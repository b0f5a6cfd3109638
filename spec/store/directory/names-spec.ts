import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import fc from 'fast-check';
import {
  directoryStore,
  type DirectoryStoreOptions,
} from '../../../src/store/directory/directoryStore.js';
import type { Origin, Store } from '../../../src/store/store.js';
import { bytes } from '../../support/bytes.js';
import { openDescriptors } from '../../support/descriptors.js';
import { temporaryDirectory } from '../../support/directory.js';
import { makeFifo } from '../../support/fifo.js';
import { following } from '../../support/following.js';
import { COMPLETED, ending, first } from '../../support/outcome.js';

const AT = Date.UTC(2026, 10, 25, 13, 45, 1);
const ORIGIN: Origin = { connection: 1, peer: '192.0.2.1:5000' };
const of = (name?: string): Origin => ({
  ...ORIGIN,
  client: { ...(name !== undefined && { name }), names: [], fingerprint: '' },
});

describe('directoryStore with a template of names', () => {
  const { follow } = following();
  const path = temporaryDirectory();

  const opening = (name: string, options: Partial<DirectoryStoreOptions> = {}) =>
    follow(directoryStore({ path: path('inbox'), name, wallClock: { now: () => AT }, ...options }));

  const open = (name: string, options?: Partial<DirectoryStoreOptions>): Promise<Store> =>
    first(opening(name, options).seen$);

  const save = (store: Store, text: string, origin = ORIGIN): Promise<unknown> =>
    ending(store.begin(origin).write(bytes(text)).commit());

  const fail = (store: Store, origin = ORIGIN): Promise<unknown> =>
    ending(store.begin(origin).fail());

  /** Every file below the directory, and what it holds. */
  const files = (): Readonly<Record<string, string>> =>
    Object.fromEntries(
      readdirSync(path('inbox'), { recursive: true, encoding: 'utf8' })
        .filter((name) => statSync(path('inbox', name), { throwIfNoEntry: false })?.isFile())
        .toSorted()
        .map((name) => [name, readFileSync(path('inbox', name), 'utf8')]),
    );

  const modeOf = (name: string) => (statSync(path('inbox', name)).mode & 0o7777).toString(8);

  beforeEach(() => {
    mkdirSync(path('inbox'));
  });

  it('fills in the time of a connection, and its peer and client', async () => {
    const store = await open('{date}/{time}-{peer}-{cn}-{id:4}.log');
    expect(await save(store, 'one', of('alice'))).toBe(COMPLETED);
    const name = '2026-11-25/134501-192.0.2.1-alice-0001.log';
    expect(files()).toStrictEqual({ [name]: 'one' });
    expect(store.begin(of('bob')).fileName(2)).toBe('2026-11-25/134501-192.0.2.1-bob-0002.log');
  });

  it('reads no clock unless the template asks for it', async () => {
    const wallClock = {
      now: () => {
        throw new Error('nobody asks');
      },
    };
    const store = await open('{peer}/{id}', { wallClock });
    expect(await save(store, 'one')).toBe(COMPLETED);
  });

  it('publishes ERROR under the same name (S7)', async () => {
    const store = await open('{cn}/{peer}/{id}.file');
    expect(await fail(store, of())).toBe(COMPLETED);
    expect(files()).toStrictEqual({ 'unknown/192.0.2.1/1.file': 'ERROR' });
  });

  it('keeps a file of an earlier run as a numbered backup beside it (S12)', async () => {
    for (const text of ['first', 'second', 'third']) {
      const { seen$, stop } = opening('a/{id}.file');
      expect(await save(await first(seen$), text)).toBe(COMPLETED);
      stop();
    }
    expect(files()).toStrictEqual({
      'a/1.file': 'third',
      'a/1.file.~1~': 'first',
      'a/1.file.~2~': 'second',
    });
  });

  it('continues after the highest number in any directory, without following links (S12)', async () => {
    mkdirSync(path('inbox', 'a'));
    mkdirSync(path('inbox', 'b.~1~'));
    mkdirSync(path('outside'));
    symlinkSync(path('outside'), path('inbox', 'c'));
    for (const name of [
      'inbox/a/000007.log',
      'inbox/a/9.txt',
      'inbox/99.log',
      'inbox/b.~1~/55.log',
      'outside/77.log',
    ])
      writeFileSync(path(...name.split('/')), '');
    writeFileSync(path('inbox', 'a', '12.log.~3~'), '');
    const store = await open('{cn}/{id}.log', { continue: true });
    expect(await save(store, 'next', of('a'))).toBe(COMPLETED);
    expect(files()).toMatchObject({ 'a/13.log': 'next' });
  });

  it.each([
    [0o600, '700'],
    [0o640, '750'],
    [0o664, '775'],
    [0o444, '755'],
  ])(
    'gives directories the permissions of files, and lets those enter who may read (%i)',
    async (mode, permissions) => {
      const umask = process.umask(0o077);
      try {
        const store = await open('a/b/{id}', { mode });
        expect(await save(store, 'one')).toBe(COMPLETED);
      } finally {
        process.umask(umask);
      }
      expect([modeOf('a'), modeOf('a/b'), modeOf('a/b/1')]).toStrictEqual([
        permissions,
        permissions,
        mode.toString(8),
      ]);
    },
  );

  it('leaves the permissions of a directory that exists', async () => {
    mkdirSync(path('inbox', 'a'), 0o711);
    expect(await save(await open('a/{id}'), 'one')).toBe(COMPLETED);
    expect(modeOf('a')).toBe('711');
  });

  it.each([
    [
      'a link',
      (place: string) => {
        symlinkSync(path('outside'), place);
      },
    ],
    [
      'a dangling link',
      (place: string) => {
        symlinkSync(path('nowhere'), place);
      },
    ],
    [
      'a file',
      (place: string) => {
        writeFileSync(place, 'old');
      },
    ],
    [
      'a FIFO',
      (place: string) => {
        makeFifo(place);
      },
    ],
  ])(
    'moves %s aside that stands in the place of a directory, and never follows it (S12)',
    async (_, plant) => {
      mkdirSync(path('outside'));
      plant(path('inbox', 'a'));
      mkdirSync(path('inbox', 'a.~1~'));
      const store = await open('a/{id}.file', { fsync: true });
      expect(await save(store, 'one')).toBe(COMPLETED);
      expect(files()).toMatchObject({ 'a/1.file': 'one' });
      expect(readdirSync(path('inbox'))).toStrictEqual(['a', 'a.~1~', 'a.~2~']);
      expect(readdirSync(path('outside'))).toStrictEqual([]);
      expect(existsSync(path('nowhere'))).toBe(false);
    },
  );

  it('creates a directory again if it was removed or replaced by a link', async () => {
    mkdirSync(path('outside'));
    const store = await open('a/b/{id}');
    expect(await save(store, 'one')).toBe(COMPLETED);
    renameSync(path('inbox', 'a'), path('gone'));
    symlinkSync(path('outside'), path('inbox', 'a'));
    expect(await save(store, 'two')).toBe(COMPLETED);
    expect(files()).toStrictEqual({ 'a/b/2': 'two' });
    renameSync(path('inbox', 'a', 'b', '2'), path('two'));
    rmdirSync(path('inbox', 'a', 'b'));
    expect(await fail(store)).toBe(COMPLETED);
    expect(files()).toStrictEqual({ 'a/b/3': 'ERROR' });
    expect(readdirSync(path('outside'))).toStrictEqual([]);
  });

  it('leaves no descriptor open', async () => {
    const store = await open('{cn}/{peer}/{id}', { fsync: true });
    const before = openDescriptors(path());
    for (let id = 1; id < 9; id++) await save(store, 'text', of(String(id % 3)));
    await fail(store);
    expect(openDescriptors(path())).toBe(before);
  });

  it('does not start with paths that no system accepts', async () => {
    const name = `${`${'x'.repeat(200)}/`.repeat(21)}{id}`;
    expect(await ending(directoryStore({ path: path('inbox'), name }))).toMatchObject({
      name: 'DirectoryError',
      cause: { message: 'its files may get paths of more than 4095 bytes' },
    });
  });

  it('rejects a bad template before it creates anything', async () => {
    expect(await ending(directoryStore({ path: path('inbox'), name: '../{id}' }))).toMatchObject({
      name: 'RangeError',
    });
  });

  it('saves every file below the directory, whatever the name of the sender is', async () => {
    const names = fc.sample(fc.string({ unit: 'binary', maxLength: 90 }), 300);
    const store = await open('{cn}/x{cn}-{id}.file');
    for (const name of [...names, '..', '.', '../..', '/', '\0'])
      expect(await save(store, name, of(name))).toBe(COMPLETED);
    expect(Object.keys(files())).toHaveLength(305);
    expect(readdirSync(path())).toStrictEqual(['inbox']);
    for (const name of Object.keys(files()))
      expect(name).toMatch(/^[\w-][\w.-]*\/x[\w-][\w.-]*-\d+\.file$/);
  });
});
