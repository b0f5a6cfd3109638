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
import { defer, EMPTY, filter, map, type Observable, of, throwError, timer } from 'rxjs';
import { Backlog } from '../../../../src/store/directory/writer/backlog.js';
import { NoRoomError } from '../../../../src/errors.js';
import { type Disk, disk } from '../../../../src/store/directory/writer/disk.js';
import {
  filePart,
  type Numbered,
  type Place,
} from '../../../../src/store/directory/writer/filePart.js';
import { Heart } from '../../../../src/store/directory/writer/heart.js';
import { Home } from '../../../../src/store/directory/writer/home.js';
import { Room } from '../../../../src/store/directory/writer/room.js';
import { exists, type Steps } from '../../../../src/store/directory/writer/steps.js';
import type { Part } from '../../../../src/store/store.js';
import { bytes } from '../../../support/bytes.js';
import { openDescriptors } from '../../../support/descriptors.js';
import { contents, temporaryDirectory } from '../../../support/directory.js';
import { following } from '../../../support/following.js';
import { COMPLETED, ending, first, thrownBy, until } from '../../../support/outcome.js';
import { drive, fault, type Interference } from '../../../support/steps.js';

describe('filePart', () => {
  const { closing, follow } = following();
  const path = temporaryDirectory();

  const begin = ({
    numbered$ = of({ id: 1 }),
    ...place
  }: Partial<Place> & { numbered$?: Observable<Numbered> } = {}): Part =>
    filePart(1, numbered$, {
      disk: disk(),
      backlog: new Backlog(Infinity),
      room: new Room({ path: path(), block: 1, least: 0 }),
      home: new Home(path(), statSync(path(), { bigint: true })),
      heart: new Heart(),
      temporary: (serial) => path(`.${serial}.part`),
      fileName: (id) => `${id}.file`,
      name: (id) => path(`${id}.file`),
      mode: 0o600,
      masked: false,
      durableIn: undefined,
      ...place,
    });

  const directory = (): number => {
    const fd = openSync(path(), 'r');
    closing(() => {
      closeSync(fd);
    });
    return fd;
  };

  const drained = (part: Part) => first(part.full$.pipe(filter((full) => !full)));

  describe('while the disk is slow', () => {
    /** The clock jumps whenever it is looked at. */
    const slowDisk = (): Disk => {
      let time = 0;
      const slow = disk({ clock: { now: () => (time += 100) } });
      slow.now(exists(path()));
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

    it('is full as well while all parts together have taken too much, which hinders no commit', async () => {
      const backlog = new Backlog(8);
      const part = begin({ backlog });
      expect(await first(part.full$)).toBe(false);
      backlog.grow(9);
      expect(await first(part.full$)).toBe(true);
      expect(await first(begin({ backlog }).full$)).toBe(true);
      expect(await ending(part.commit())).toBe(COMPLETED);
      expect(contents(path())).toStrictEqual({ '1.file': '' });
    });

    it('hears of that no longer once it is released', async () => {
      const backlog = new Backlog(8);
      const part = begin({ backlog });
      part.release();
      backlog.grow(9);
      expect(await first(part.full$)).toBe(false);
    });

    it('gives back what it took when that cannot be written', async () => {
      const backlog = new Backlog(8);
      const part = begin({
        ...{ disk: slowDisk(), backlog },
        temporary: () => path('missing', '.1.part'),
      }).write(bytes('more than eight'));
      expect(backlog.crowded).toBe(true);
      await ending(part.full$);
      expect(backlog.crowded).toBe(false);
    });

    it('commits behind what it has taken', async () => {
      const part = begin({ disk: slowDisk() }).write(bytes('one'));
      expect(await ending(part.commit())).toBe(COMPLETED);
      expect(contents(path())).toStrictEqual({ '1.file': 'one' });
    });

    it('shows all that it has taken to other programs before it commits', async () => {
      const part = begin({ disk: slowDisk() }).write(bytes('whole'));
      const path = await first(part.flush?.() ?? EMPTY);
      expect(readFileSync(path, 'utf8')).toBe('whole');
      expect(await ending(part.commit())).toBe(COMPLETED);
    });

    it('fails behind what it has taken', async () => {
      const part = begin({ disk: slowDisk() }).write(bytes('more than five bytes'));
      expect(await ending(part.fail())).toBe(COMPLETED);
      expect(contents(path())).toStrictEqual({ '1.file': 'ERROR' });
    });

    it('is given up behind what it has taken', async () => {
      begin({ disk: slowDisk() }).write(bytes('more than five bytes')).release();
      await settled();
      expect(contents(path())).toStrictEqual({ '1.file': 'ERROR' });
    });

    it('is settled once, also where it is left while it commits', async () => {
      const part = begin({ disk: slowDisk() }).write(bytes('one'));
      await drained(part);
      follow(part.commit()).stop();
      part.release();
      await settled();
      expect(contents(path())).toStrictEqual({ '1.file': 'one' });
    });

    it('becomes ERROR where it is left while it commits, and that fails', async () => {
      const part = begin({ disk: slowDisk(), durableIn: notSynced() }).write(bytes('one'));
      await drained(part);
      follow(part.commit()).stop();
      part.release();
      await until(() => contents(path())['1.file'] === 'ERROR');
      expect(contents(path())).toStrictEqual({ '1.file': 'ERROR' });
    });

    it('tells through full$ what goes wrong with what it has taken, and can still fail', async () => {
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

    /** A descriptor that stands for a directory and cannot be synced. */
    const notSynced = (): number => {
      const fd = openSync('/dev/null', 'r');
      closing(() => {
        closeSync(fd);
      });
      return fd;
    };
  });

  describe('if there is no room', () => {
    /** Room for so many takes. */
    const roomFor = (takes: number): Room => {
      const take = function* (): Steps<void> {
        if (takes-- <= 0) throw new NoRoomError(1);
      };
      return Object.assign(new Room({ path: path(), block: 1, least: 0 }), {
        take,
        takeFile: take,
      });
    };

    it('takes no chunk, and makes no file, not even for ERROR', async () => {
      const part = begin({ room: roomFor(0) });
      expect(thrownBy(() => part.write(bytes('one')))).toStrictEqual(new NoRoomError(1));
      expect(await ending(part.fail())).toStrictEqual(new NoRoomError(1));
      expect(contents(path())).toStrictEqual({});
    });

    it('makes no file without bytes either', async () => {
      expect(await ending(begin({ room: roomFor(0) }).commit())).toStrictEqual(new NoRoomError(1));
      expect(contents(path())).toStrictEqual({});
    });

    it('becomes ERROR in the room that it has already', async () => {
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

  it('is named by a serial until its number comes, which may be at the end', async () => {
    const part = begin({
      temporary: (serial) => path(`.serial-${serial}`),
      numbered$: timer(1).pipe(map(() => ({ id: 7 }))),
    }).write(bytes('seven'));
    expect(contents(path())).toStrictEqual({ '.serial-1': 'seven' });
    expect(await ending(part.commit())).toBe(COMPLETED);
    expect(contents(path())).toStrictEqual({ '7.file': 'seven' });
    expect(await first(part.id$)).toBe(7);
  });

  it('leaves nothing if no number comes', async () => {
    const part = begin({ numbered$: throwError(() => new RangeError('none left')) });
    part.write(bytes('one'));
    expect(await ending(part.commit())).toBeInstanceOf(RangeError);
    expect(await ending(part.fail())).toBeInstanceOf(RangeError);
    expect(contents(path())).toStrictEqual({});
  });

  it('does not claim to be saved if its number never comes', async () => {
    expect(await ending(begin({ numbered$: EMPTY }).commit())).toMatchObject({
      name: 'EmptyError',
    });
  });

  it('makes no file in a directory that was put in the place of its own', async () => {
    let time = 0;
    mkdirSync(path('in'));
    const { dev, ino } = statSync(path('in'), { bigint: true });
    const home = new Home(path('in'), { dev, ino }, { now: () => (time += 2_000) });
    expect(await ending(begin({ home }).commit())).toBe(COMPLETED);
    renameSync(path('in'), path('moved'));
    mkdirSync(path('in'));
    const part = begin({ home, temporary: () => path('in', '.part') });
    expect(thrownBy(() => part.write(bytes('one')))).toMatchObject({
      name: 'StoreError',
      cause: { message: 'another directory was put in the place of this one' },
    });
    expect(await ending(part.fail())).toMatchObject({ name: 'StoreError' });
    expect(contents(path('in'))).toStrictEqual({});
  });

  it('shows that it lives when the heart beats, as long as it is open', async () => {
    const heart = new Heart();
    const part = begin({ heart }).write(bytes('one'));
    const changed = () => statSync(path('.1.part'), { bigint: true }).ctimeNs;
    const before = changed();
    await until(() => {
      heart.beat();
      return changed() > before;
    });
    await ending(part.commit());
    expect(() => {
      heart.beat();
    }).not.toThrow();
  });

  it('throws at once what goes wrong with a chunk while the disk is quick', () => {
    const part = begin({ temporary: () => path('missing', '.1.part') });
    expect(thrownBy(() => part.write(bytes('one')))).toMatchObject({
      name: 'StoreError',
      cause: { code: 'ENOENT' },
    });
  });

  it('holds the same bytes however they are split and however the disk goes', async () => {
    const chunks = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 20 });
    const pace = fc.array(fc.constantFrom(0, 0, 30), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(chunks, pace, async (chunks, pace) => {
        let [time, look] = [0, 0];
        const now = () => (time += pace[look++ % pace.length] ?? 0);
        const part = begin({ disk: disk({ slowFrom: 20, quickAfter: 2, clock: { now } }) });
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

  describe('with every call watched', () => {
    /** Makes every call at once, each after `interfere` has had its say. */
    const watchedDisk = (interfere: Interference): Disk => {
      let turn = 0;
      const now: Disk['now'] = (steps) =>
        drive(steps, () => {
          interfere(turn++);
        });
      return {
        slow: false,
        stopped: false,
        settle: (then) => {
          then();
        },
        now,
        run: (steps) => defer(() => (now(steps()), EMPTY)),
      };
    };

    /** Receives a file as a server does: what cannot be committed becomes ERROR. */
    const receive = async (interfere: Interference): Promise<Record<string, string>> => {
      const part = begin({ disk: watchedDisk(interfere), masked: true, durableIn: directory() });
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
      (...turns: number[]): Interference =>
      (turn) => {
        if (turns.includes(turn)) throw fault('EIO');
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
      const watched = watchedDisk(() => seen.push(existsSync(path('1.file'))));
      const part = begin({ disk: watched, durableIn: durable ? directory() : undefined });
      await ending(part.write(bytes('one')).commit());
      expect(seen).toStrictEqual(named);
    });

    it('becomes ERROR whichever call fails, and leaves nothing else (S7, S9)', async () => {
      const marked = { outcome: 'failed', '1.file': 'ERROR' };
      const outcomes = [];
      for (let turn = 0; turn < 9; turn++) outcomes.push(await receive(failing(turn)));
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
      // What could not be removed is cleared at the next start.
      expect(new Set(outcomes.map(({ left }) => left))).toStrictEqual(
        new Set([undefined, 'whole file', 'ERROR']),
      );
    });

    it('becomes ERROR also if its permissions let nobody write, not even us', async () => {
      // Open, set the mode, write, sync, close, link; then opened anew, for ERROR.
      const marked = await receive((turn) => {
        if (turn === 5) throw fault('EIO');
        if (turn === 6) throw fault('EACCES');
      });
      expect(marked).toStrictEqual({ outcome: 'failed', '1.file': 'ERROR' });
    });

    describe('while it fails', () => {
      /** Its calls: open, set the mode, write; then write, truncate, sync, close, link, unlink, sync. */
      const failingAt = (turn: number) => {
        const watched = watchedDisk(failing(turn));
        const part = begin({ disk: watched, masked: true, durableIn: directory() });
        return part.write(bytes('whole file')).fail();
      };

      it('leaves nothing, and nothing open, where not even ERROR can be kept (S7)', async () => {
        const fail$ = failingAt(3);
        const before = openDescriptors();
        expect(await ending(fail$)).toStrictEqual(fault('EIO'));
        expect(contents(path())).toStrictEqual({});
        expect(openDescriptors()).toBe(before - 1);
      });

      it('does not insist on syncing ERROR', async () => {
        expect(await ending(failingAt(5))).toBe(COMPLETED);
        expect(contents(path())).toStrictEqual({ '1.file': 'ERROR' });
      });
    });
  });
});
