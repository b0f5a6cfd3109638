import fc from 'fast-check';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import {
  defer,
  EMPTY,
  filter,
  map,
  NEVER,
  type Observable,
  of,
  throwError,
  timeout,
  timer,
} from 'rxjs';
import { Backlog } from '../../../../src/store/directory/writer/backlog.js';
import { NoRoomError, StoreError } from '../../../../src/errors.js';
import { type Disk, disk } from '../../../../src/store/directory/writer/disk.js';
import { filePart } from '../../../../src/store/directory/writer/filePart.js';
import { OpenTemporaries } from '../../../../src/store/directory/writer/openTemporaries.js';
import type { FileNumber, Place } from '../../../../src/store/directory/writer/place.js';
import { Room } from '../../../../src/store/directory/writer/room.js';
import { SameDirectory } from '../../../../src/store/directory/writer/sameDirectory.js';
import { exists } from '../../../../src/store/directory/writer/fileCalls.js';
import type { Steps } from '../../../../src/store/directory/writer/steps.js';
import type { Part } from '../../../../src/store/store.js';
import { bytes } from '../../../support/bytes.js';
import { openDescriptors } from '../../../support/descriptors.js';
import { contents, temporaryDirectory } from '../../../support/directory.js';
import { following } from '../../../support/following.js';
import { COMPLETED, ending, first, thrownBy, until } from '../../../support/outcome.js';
import { placeIn } from '../../../support/place.js';
import { drive, fault, type Interference } from '../../../support/steps.js';

describe('filePart', () => {
  const { closing, follow } = following();
  const path = temporaryDirectory();

  const begin = ({
    number$ = of({ id: 1 }),
    directoryToSync,
    ...place
  }: Partial<Place> & {
    number$?: Observable<FileNumber>;
    directoryToSync?: number | undefined;
  } = {}): Part => filePart(1, number$, { ...placeIn(path(), directoryToSync), ...place });

  const directory = (): number => {
    const fd = openSync(path(), 'r');
    closing(() => {
      closeSync(fd);
    });
    return fd;
  };

  it('gives a number up that is late, and waits for it only once', async () => {
    const inTime = timeout<FileNumber, Observable<FileNumber>>({
      first: 5,
      with: () => throwError(() => late),
    });
    const late = new StoreError();
    const part = begin({ number$: NEVER, inTime }).write(bytes('whole'));
    expect(await ending(part.commit())).toBe(late);
    expect(await ending(part.fail())).toBe(late);
    expect(await ending(part.id$)).toBe(late);
    expect(contents(path())).toStrictEqual({});
  });

  const drained = (part: Part) => first(part.full$.pipe(filter((full) => !full)));

  describe('while the disk is slow', () => {
    /** Its clock is 100 ms later at each reading. */
    const slowDisk = (): Disk => {
      let time = 0;
      const slow = disk({ clock: { now: () => (time += 100) } });
      slow.runSync(exists(path()));
      return slow;
    };

    it('is full until its bytes are written, and copies them: chunks are borrowed', async () => {
      const part = begin({ disk: slowDisk() });
      const borrowed = bytes('lent');
      expect(await first(part.full$)).toBe(false);
      part.write(borrowed);
      borrowed.fill(0);
      expect(await first(part.full$)).toBe(true);
      expect(part.size).toBe(4);
      await drained(part);
      expect(contents(path())).toStrictEqual({ '.1.part': 'lent' });
    });

    it('is full while the backlog of all parts is full, and can be committed all the same', async () => {
      const backlog = new Backlog(8);
      const part = begin({ backlog });
      expect(await first(part.full$)).toBe(false);
      backlog.grow(9);
      expect(await first(part.full$)).toBe(true);
      expect(await first(begin({ backlog }).full$)).toBe(true);
      expect(await ending(part.commit())).toBe(COMPLETED);
      expect(contents(path())).toStrictEqual({ '1.file': '' });
    });

    it('no longer follows the backlog once it is released', async () => {
      const backlog = new Backlog(8);
      const part = begin({ backlog });
      part.release();
      backlog.grow(9);
      expect(await first(part.full$)).toBe(false);
    });

    it('subtracts its bytes from the backlog if they cannot be written', async () => {
      const backlog = new Backlog(8);
      const part = begin({
        ...{ disk: slowDisk(), backlog },
        temporary: () => path('missing', '.1.part'),
      }).write(bytes('more than eight'));
      expect(backlog.full).toBe(true);
      await ending(part.full$);
      expect(backlog.full).toBe(false);
    });

    it('commits after its bytes are written', async () => {
      const part = begin({ disk: slowDisk() }).write(bytes('one'));
      expect(await ending(part.commit())).toBe(COMPLETED);
      expect(contents(path())).toStrictEqual({ '1.file': 'one' });
    });

    it('shows all its bytes to other programs before it commits', async () => {
      const part = begin({ disk: slowDisk() }).write(bytes('whole'));
      const path = await first(part.flush?.() ?? EMPTY);
      expect(readFileSync(path, 'utf8')).toBe('whole');
      expect(await ending(part.commit())).toBe(COMPLETED);
    });

    it('fails after its bytes are written', async () => {
      const part = begin({ disk: slowDisk() }).write(bytes('more than five bytes'));
      expect(await ending(part.fail())).toBe(COMPLETED);
      expect(contents(path())).toStrictEqual({ '1.file': 'ERROR' });
    });

    it('is released after its bytes are written', async () => {
      begin({ disk: slowDisk() }).write(bytes('more than five bytes')).release();
      await settled();
      expect(contents(path())).toStrictEqual({ '1.file': 'ERROR' });
    });

    it('is settled once, also if it is released while it commits', async () => {
      const part = begin({ disk: slowDisk() }).write(bytes('one'));
      await drained(part);
      follow(part.commit()).stop();
      part.release();
      await settled();
      expect(contents(path())).toStrictEqual({ '1.file': 'one' });
    });

    it('becomes ERROR if it is released while it commits and the commit fails', async () => {
      const part = begin({ disk: slowDisk(), directoryToSync: notSynced() }).write(bytes('one'));
      await drained(part);
      follow(part.commit()).stop();
      part.release();
      await until(() => contents(path())['1.file'] === 'ERROR');
      expect(contents(path())).toStrictEqual({ '1.file': 'ERROR' });
    });

    it('reports through full$ that its bytes cannot be written, and can still fail', async () => {
      const part = begin({ disk: slowDisk(), temporary: () => path('missing', '.1.part') });
      part.write(bytes('one'));
      expect(await ending(part.full$)).toMatchObject({
        name: 'StoreError',
        cause: { code: 'ENOENT' },
      });
      mkdirSync(path('missing'));
      expect(await ending(part.fail())).toBe(COMPLETED);
      expect(contents(path())).toMatchObject({ '1.file': 'ERROR' });
    });

    const settled = () => until(() => existsSync(path('1.file')) && !existsSync(path('.1.part')));

    /** A descriptor in place of the directory's that cannot be synced. */
    const notSynced = (): number => {
      const fd = openSync('/dev/null', 'r');
      closing(() => {
        closeSync(fd);
      });
      return fd;
    };
  });

  describe('if there is no room', () => {
    /** Room for this many calls of `take` and `takeFile`. */
    const roomFor = (takes: number): Room => {
      const take = function* (): Steps<void> {
        if (takes-- <= 0) throw new NoRoomError(1);
      };
      return Object.assign(new Room({ path: path(), blockSize: 1, minFree: 0 }), {
        take,
        takeFile: take,
      });
    };

    it('throws at a chunk, and creates no file, not even for ERROR', async () => {
      const part = begin({ room: roomFor(0) });
      expect(thrownBy(() => part.write(bytes('one')))).toStrictEqual(new NoRoomError(1));
      expect(await ending(part.fail())).toStrictEqual(new NoRoomError(1));
      expect(contents(path())).toStrictEqual({});
    });

    it('creates no empty file either', async () => {
      expect(await ending(begin({ room: roomFor(0) }).commit())).toStrictEqual(new NoRoomError(1));
      expect(contents(path())).toStrictEqual({});
    });

    it('becomes ERROR in the space that its file already takes', async () => {
      const part = begin({ room: roomFor(2) }).write(bytes('first'));
      expect(thrownBy(() => part.write(bytes('second')))).toStrictEqual(new NoRoomError(1));
      expect(await ending(part.fail())).toBe(COMPLETED);
      expect(contents(path())).toStrictEqual({ '1.file': 'ERROR' });
    });
  });

  it('shows a file without bytes to other programs, too', async () => {
    const part = begin();
    expect(readFileSync(await first(part.flush?.() ?? EMPTY), 'utf8')).toBe('');
    expect(await ending(part.fail())).toBe(COMPLETED);
    expect(contents(path())).toStrictEqual({ '1.file': 'ERROR' });
  });

  it('is named by a serial until its number is known, which may be at the end', async () => {
    const part = begin({
      temporary: (serial) => path(`.serial-${serial}`),
      number$: timer(1).pipe(map(() => ({ id: 7 }))),
    }).write(bytes('seven'));
    expect(contents(path())).toStrictEqual({ '.serial-1': 'seven' });
    expect(await ending(part.commit())).toBe(COMPLETED);
    expect(contents(path())).toStrictEqual({ '7.file': 'seven' });
    expect(await first(part.id$)).toBe(7);
  });

  it('leaves no file if its number errors', async () => {
    const part = begin({ number$: throwError(() => new RangeError('none left')) });
    part.write(bytes('one'));
    expect(await ending(part.commit())).toBeInstanceOf(RangeError);
    expect(await ending(part.fail())).toBeInstanceOf(RangeError);
    expect(contents(path())).toStrictEqual({});
  });

  it('errors at the commit if no number is emitted', async () => {
    expect(await ending(begin({ number$: EMPTY }).commit())).toMatchObject({
      name: 'EmptyError',
    });
  });

  it('creates no file in a directory that was put in the place of its own', async () => {
    let time = 0;
    mkdirSync(path('in'));
    const { dev, ino } = statSync(path('in'), { bigint: true });
    const sameDirectory = new SameDirectory(
      path('in'),
      { dev, ino },
      { now: () => (time += 2_000) },
    );
    expect(await ending(begin({ sameDirectory }).commit())).toBe(COMPLETED);
    renameSync(path('in'), path('moved'));
    mkdirSync(path('in'));
    const part = begin({ sameDirectory, temporary: () => path('in', '.part') });
    expect(thrownBy(() => part.write(bytes('one')))).toMatchObject({
      name: 'StoreError',
      cause: { message: 'another directory was put in the place of this one' },
    });
    expect(await ending(part.fail())).toMatchObject({ name: 'StoreError' });
    expect(contents(path('in'))).toStrictEqual({});
  });

  it('becomes ERROR if it is released while its failure waits for its slice (S7, S9)', async () => {
    let time = 0;
    const busy = disk({ clock: { now: () => (time += 10) } });
    busy.runSync(exists(path()));
    busy.runSync(exists(path()));
    const part = begin({ disk: busy }).write(bytes('half'));
    part
      .fail()
      .subscribe({ error: () => undefined })
      .unsubscribe();
    expect(contents(path())).toStrictEqual({ '.1.part': 'half' });
    part.release();
    await until(() => 'ERROR' === contents(path())['1.file']);
    expect(contents(path())).toStrictEqual({ '1.file': 'ERROR' });
  });

  it('is touched as long as it is open', async () => {
    const openTemporaries = new OpenTemporaries();
    const part = begin({ openTemporaries }).write(bytes('one'));
    const changed = () => statSync(path('.1.part'), { bigint: true }).ctimeNs;
    const before = changed();
    await until(() => {
      openTemporaries.touch();
      return changed() > before;
    });
    await ending(part.commit());
    expect(() => {
      openTemporaries.touch();
    }).not.toThrow();
  });

  it('throws at once if a chunk cannot be written while the disk is fast', () => {
    const part = begin({ temporary: () => path('missing', '.1.part') });
    expect(thrownBy(() => part.write(bytes('one')))).toMatchObject({
      name: 'StoreError',
      cause: { code: 'ENOENT' },
    });
  });

  it('holds the same bytes however they are split and however slow the disk is', async () => {
    const chunks = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 20 });
    const pace = fc.array(fc.constantFrom(0, 0, 30), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(chunks, pace, async (chunks, pace) => {
        let [time, look] = [0, 0];
        const now = () => (time += pace[look++ % pace.length] ?? 0);
        const part = begin({ disk: disk({ slowMs: 20, fastCalls: 2, clock: { now } }) });
        const borrowed = Buffer.alloc(300);
        for (const chunk of chunks) {
          borrowed.set(chunk);
          part.write(borrowed.subarray(0, chunk.byteLength));
          borrowed.fill(0);
          await drained(part);
        }
        await ending(part.commit());
        expect(readFileSync(path('1.file'))).toStrictEqual(Buffer.concat(chunks));
        expect(part.size).toBe(Buffer.concat(chunks).byteLength);
        rmSync(path('1.file'));
      }),
    );
  });

  describe('with every call observed', () => {
    /** Makes every call at once, and calls `interfere` before each. */
    const observedDisk = (interfere: Interference): Disk => {
      let call = 0;
      const runSync: Disk['runSync'] = (steps) =>
        drive(steps, () => {
          interfere(call++);
        });
      return {
        slow: false,
        stopped: false,
        hold: () => () => undefined,
        settle: (done) => {
          done();
        },
        runSync,
        run: (steps) => defer(() => (runSync(steps()), EMPTY)),
      };
    };

    /** Receives a file as a server does: a part that cannot be committed becomes ERROR. */
    const receive = async (interfere: Interference): Promise<Record<string, string>> => {
      const part = begin({
        disk: observedDisk(interfere),
        needsChmod: true,
        directoryToSync: directory(),
      });
      const kept$ = defer(() => part.write(bytes('whole file')).commit());
      const kept = await ending(kept$);
      if (kept !== COMPLETED) await ending(part.fail());
      const { '.1.part': left, ...files } = contents(path());
      [path('.1.part'), path('1.file')].forEach((file) => {
        rmSync(file, { force: true });
      });
      return { outcome: kept === COMPLETED ? 'kept' : 'failed', ...(left && { left }), ...files };
    };

    const failing =
      (...calls: number[]): Interference =>
      (call) => {
        if (calls.includes(call)) throw fault('EIO');
      };

    it.each([
      ['the directory is not synced', false, [false, false, false, false, true]],
      [
        'the file is synced before it has its name, the directory after',
        true,
        [false, false, false, false, false, true, true],
      ],
    ])('publishes in one step: %s', async (_, durable, named) => {
      const seen: boolean[] = [];
      const observed = observedDisk(() => seen.push(existsSync(path('1.file'))));
      const part = begin({ disk: observed, directoryToSync: durable ? directory() : undefined });
      await ending(part.write(bytes('one')).commit());
      expect(seen).toStrictEqual(named);
    });

    it('becomes ERROR whichever call fails, and leaves no other file (S7, S9)', async () => {
      const marked = { outcome: 'failed', '1.file': 'ERROR' };
      const outcomes = [];
      for (let call = 0; call < 9; call++) outcomes.push(await receive(failing(call)));
      expect(outcomes).toStrictEqual([
        marked, // open
        marked, // set the mode
        marked, // write
        marked, // sync the file
        marked, // close
        marked, // link
        { outcome: 'kept', '1.file': 'whole file', left: 'whole file' }, // unlink
        marked, // sync the directory
        { outcome: 'kept', '1.file': 'whole file' },
      ]);
    });

    it('leaves no empty and no partial file, whichever two calls fail (S7)', async () => {
      const outcomes = [];
      for (let one = 0; one < 9; one++) {
        for (let two = one + 1; two < 17; two++) outcomes.push(await receive(failing(one, two)));
      }
      const endings = outcomes.map((files) => `${files.outcome}: ${files['1.file'] ?? 'nothing'}`);
      expect(new Set(endings)).toStrictEqual(
        new Set(['kept: whole file', 'failed: ERROR', 'failed: nothing']),
      );
      // A temporary file that could not be removed is removed at the next start.
      expect(new Set(outcomes.map(({ left }) => left))).toStrictEqual(
        new Set([undefined, 'whole file', 'ERROR']),
      );
    });

    it('becomes ERROR even if its permissions do not let us write', async () => {
      // Open, set the mode, write, sync, close, link; then open again, for ERROR.
      const marked = await receive((call) => {
        if (call === 5) throw fault('EIO');
        if (call === 6) throw fault('EACCES');
      });
      expect(marked).toStrictEqual({ outcome: 'failed', '1.file': 'ERROR' });
    });

    describe('while it fails', () => {
      /** Its calls: open, set the mode, write; then write, truncate, sync, close, link, unlink, sync. */
      const failingAt = (call: number) => {
        const observed = observedDisk(failing(call));
        const part = begin({ disk: observed, needsChmod: true, directoryToSync: directory() });
        return part.write(bytes('whole file')).fail();
      };

      it('leaves no file and no open descriptor if not even ERROR can be kept (S7)', async () => {
        const fail$ = failingAt(3);
        const before = openDescriptors(path());
        expect(await ending(fail$)).toStrictEqual(fault('EIO'));
        expect(contents(path())).toStrictEqual({});
        expect(openDescriptors(path())).toBe(before - 1);
      });

      it('publishes ERROR even if it cannot be synced', async () => {
        expect(await ending(failingAt(5))).toBe(COMPLETED);
        expect(contents(path())).toStrictEqual({ '1.file': 'ERROR' });
      });
    });
  });
});
