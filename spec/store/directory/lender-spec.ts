import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { defer, EMPTY, type Observable } from 'rxjs';
import { borrower } from '../../../src/store/directory/borrower.js';
import type { DirectoryStoreOptions } from '../../../src/store/directory/directoryStore.js';
import { type Lender, lender, type LentFile } from '../../../src/store/directory/lender.js';
import type { Disk } from '../../../src/store/directory/writer/disk.js';
import { StoppedError } from '../../../src/store/directory/writer/steps.js';
import type { Part } from '../../../src/store/store.js';
import { bytes } from '../../support/bytes.js';
import { isOpen } from '../../support/descriptors.js';
import { contents, temporaryDirectory } from '../../support/directory.js';
import { following } from '../../support/following.js';
import { COMPLETED, ending, first } from '../../support/outcome.js';
import { drive, fault } from '../../support/steps.js';

const ORIGIN = { connection: 1, peer: '192.0.2.1:5000' };

/** A disk of a process that dies before a call: neither that one nor a later one is made. */
function dyingDisk(diesAt: number): Disk & { readonly calls: () => number } {
  let call = 0;
  const runSync: Disk['runSync'] = (steps) =>
    drive(steps, () => {
      if (call++ >= diesAt) throw new Error('killed');
    });
  return {
    ...{ slow: false, stopped: false, calls: () => call, runSync },
    hold: () => () => undefined,
    settle: (done) => {
      done();
    },
    run: (steps) => defer(() => (runSync(steps()), EMPTY)),
  };
}

/** A disk that stops before a call, after which it makes only those that undo. Before that, calls may fail. */
function stoppingDisk(stopsAt: number, failsAt = Infinity): Disk {
  let call = 0;
  const runSync: Disk['runSync'] = (steps) =>
    drive(steps, () => {
      if (call++ === stopsAt) throw new StoppedError();
      if (call > failsAt && call <= stopsAt) throw fault('EIO');
    });
  return {
    ...{ ...dyingDisk(Infinity), runSync },
    get stopped() {
      return call > stopsAt;
    },
    run: (steps) => defer(() => (runSync(steps()), EMPTY)),
  };
}

const attempted = async (act: () => Observable<never>): Promise<unknown> => {
  try {
    return await ending(defer(act));
  } catch (error) {
    return error;
  }
};

describe('lender', () => {
  const { follow } = following();
  const path = temporaryDirectory();

  const lend = async (options: Partial<DirectoryStoreOptions> = {}): Promise<Lender> =>
    first(follow(lender({ path: path(), ...options })).seen$);

  const partOf = async ({ terms }: Lender, { loan }: LentFile, files?: Disk): Promise<Part> =>
    (await first(follow(borrower(terms, 2, files)).seen$))(loan);

  it('numbers files, which a borrower writes under the terms of the lender', async () => {
    const owner = await lend({ mode: 0o640, fsync: true, name: 'in/{id:3}.log' });
    const [one, two] = [owner.begin(ORIGIN), owner.begin(ORIGIN)];
    const part = await partOf(owner, two);
    expect(await ending(part.write(bytes('two')).commit())).toBe(COMPLETED);
    for (const lent of [one, two]) lent.settle();
    expect([one.id, two.id, await first(two.id$), two.fileName(2)]).toStrictEqual([
      ...[1, 2, 2],
      'in/002.log',
    ]);
    expect(contents(path('in'))).toStrictEqual({ '002.log': 'two' });
  });

  it('lends plain data', async () => {
    const { terms, begin } = await lend({ name: '{peer}-{id}' });
    expect(structuredClone(terms)).toStrictEqual(terms);
    const { loan, settle } = begin(ORIGIN);
    settle();
    expect(JSON.parse(JSON.stringify(loan))).toEqual(loan);
  });

  it('makes a file ERROR of which no byte was written', async () => {
    const owner = await lend();
    expect(await first(owner.begin(ORIGIN).recover())).toBeUndefined();
    expect(contents(path())).toStrictEqual({ '1.file': 'ERROR' });
  });

  it('finishes a file once, even if that is asked for twice', async () => {
    const owner = await lend();
    const lent = owner.begin(ORIGIN);
    await ending((await partOf(owner, lent)).write(bytes('the bytes')).commit());
    expect(await first(lent.recover())).toBe(9);
    rmSync(path('1.file'));
    expect(await first(lent.recover())).toBe(9);
    expect(contents(path())).toStrictEqual({});
  });

  it.each([
    ['in a new name', {}, 'the bytes', undefined],
    ['in a new name, with fsync', { fsync: true }, 'the bytes', undefined],
    ['below directories', { name: 'a/b/{id}.file' }, 'the bytes', undefined],
    ['over an old file', {}, 'the bytes', 'old'],
    ['over an old file that is the same', {}, 'the bytes', 'the bytes'],
    ['as an empty file', {}, '', undefined],
  ] as const)(
    'finishes a file whose process dies at any call of a commit, %s: it is whole or ERROR (S7, S9, S12)',
    async (_, options: Partial<DirectoryStoreOptions>, text, old) => {
      const outcomes = new Set<unknown>();
      for (let diesAt = 0, over = false; !over; diesAt++) {
        const here = path(`at${diesAt}`);
        mkdirSync(here);
        if (old !== undefined) writeFileSync(`${here}/1.file`, old);
        const owner = await lend({ path: here, ...options });
        const lent = owner.begin(ORIGIN);
        const files = dyingDisk(diesAt);
        const part = await partOf(owner, lent, files);
        const end = await attempted(() => (text === '' ? part : part.write(bytes(text))).commit());
        over = end === COMPLETED;
        const size = await first(lent.recover());
        expect(over && size === undefined).toBe(false);
        outcomes.add(size);
        const { '1.file': file = '', ...others } = contents(
          options.name === undefined ? here : `${here}/a/b`,
        );
        expect(file).toBe(size === undefined ? 'ERROR' : text);
        expect(size === undefined || size === text.length).toBe(true);
        const backups = Object.values(others);
        expect(backups.every((content) => content === old)).toBe(true);
        expect(backups.length > 0).toBe(old !== undefined);
        expect(Object.keys(contents(here)).filter((name) => name.startsWith('.'))).toStrictEqual(
          [],
        );
      }
      expect(outcomes).toStrictEqual(new Set([undefined, text.length]));
    },
  );

  it('finishes a file whose process dies at any call of making it ERROR', async () => {
    for (let diesAt = 3, over = false; !over; diesAt++) {
      const here = path(`at${diesAt}`);
      mkdirSync(here);
      const owner = await lend({ path: here });
      const lent = owner.begin(ORIGIN);
      const part = await partOf(owner, lent, dyingDisk(diesAt));
      over = (await attempted(() => part.write(bytes('the bytes')).fail())) === COMPLETED;
      expect(await first(lent.recover())).toBeUndefined();
      expect(contents(here)).toStrictEqual({ '1.file': 'ERROR' });
    }
  });

  it.each([
    ['a commit', (part: Part) => part.commit(), undefined],
    ['a commit over an old file', (part: Part) => part.commit(), 'old'],
    ['making a file ERROR', (part: Part) => part.fail(), undefined],
    ['making a file ERROR over an old one', (part: Part) => part.fail(), 'old'],
  ])(
    'leaves no temporary file if the disk of a borrower stops at any call of %s (S9)',
    async (_, finish, old) => {
      for (let stopsAt = 0, over = false; !over; stopsAt++) {
        const here = path(`at${stopsAt}`);
        mkdirSync(here);
        if (old !== undefined) writeFileSync(`${here}/1.file`, old);
        const owner = await lend({ path: here });
        const lent = owner.begin(ORIGIN);
        const files = stoppingDisk(stopsAt);
        const part = await partOf(owner, lent, files);
        await attempted(() => finish(part.write(bytes('the bytes'))));
        part.release();
        lent.settle();
        over = !files.stopped;
        const names = Object.keys(contents(here));
        expect(names.filter((name) => name.startsWith('.'))).toStrictEqual([]);
        expect(Object.values(contents(here)).includes(old ?? '')).toBe(old !== undefined);
      }
    },
  );

  it('leaves no temporary file if the disk of a borrower stops after ERROR could not be written (S9)', async () => {
    for (const calls of [1, 2]) {
      const here = path(`after${calls}`);
      mkdirSync(here);
      const owner = await lend({ path: here });
      const lent = owner.begin(ORIGIN);
      const written = dyingDisk(Infinity);
      const other = (await partOf(owner, lent, written)).write(bytes('the bytes'));
      const failsAt = written.calls();
      other.release();
      rmSync(`${here}/1.file`);
      const part = await partOf(owner, lent, stoppingDisk(failsAt + calls, failsAt));
      await attempted(() => part.write(bytes('the bytes')).fail());
      part.release();
      lent.settle();
      expect(contents(here)).toStrictEqual({});
    }
  });

  it('keeps what has the name already, whatever it is (S12)', async () => {
    symlinkSync('elsewhere', path('1.file'));
    const owner = await lend();
    expect(await first(owner.begin(ORIGIN).recover())).toBeUndefined();
    expect(contents(path())).toStrictEqual({ '1.file': 'ERROR', '1.file.~1~': 'a symbolic link' });
  });

  it('has the directory open as long as it may have to sync it', async () => {
    const { seen$, stop } = follow(lender({ path: path(), fsync: true }));
    await first(seen$);
    expect(isOpen(path())).toBe(true);
    stop();
    expect(isOpen(path())).toBe(false);
  });

  it.each([true, false])(
    'a borrower gives its disk its patience when it ends (fsync: %s)',
    async (fsync) => {
      const { terms } = await lend({ fsync });
      let settled = 0;
      const files = {
        ...dyingDisk(Infinity),
        settle: (done: () => void) => {
          settled++;
          done();
        },
      };
      const { seen$, stop } = follow(borrower(terms, 2, files));
      await first(seen$);
      expect(settled).toBe(0);
      stop();
      expect(settled).toBe(1);
    },
  );

  it('is locked until the last file is settled or recovered', async () => {
    const { seen$, stop } = follow(lender({ path: path() }));
    const owner = await first(seen$);
    const [one, two] = [owner.begin(ORIGIN), owner.begin(ORIGIN)];
    stop();
    expect(await ending(lender({ path: path() }))).toMatchObject({ name: 'DirectoryInUseError' });
    one.settle();
    one.settle();
    expect(await ending(lender({ path: path() }))).toMatchObject({ name: 'DirectoryInUseError' });
    await first(two.recover());
    await expect(lend()).resolves.toBeDefined();
  });
});
