import {
  appendFileSync,
  closeSync,
  constants,
  openSync,
  readSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { Readable } from 'node:stream';
import { concat, map, switchMap, take, tap, toArray } from 'rxjs';
import { openFile } from '../../src/node/index.js';
import { openDescriptors } from '../support/descriptors.js';
import { temporaryDirectory } from '../support/directory.js';
import { hasReader, makeFifo, openWriter } from '../support/fifo.js';
import { following } from '../support/following.js';
import { ending, first, afterPolls, whole } from '../support/outcome.js';
import { KiB, sample } from '../support/sample.js';

describe('openFile', () => {
  const { closing, follow } = following();
  const path = temporaryDirectory();

  const fileOf = (size: number): string => {
    writeFileSync(path('a.bin'), sample(size));
    return path('a.bin');
  };

  /** Does something once Node has read the end of a stream, and has not emitted it yet. */
  const atEnd = (act: () => void): void => {
    const push = Object.getOwnPropertyDescriptor(Readable.prototype, 'push') ?? {};
    closing(() => {
      Object.defineProperty(Readable.prototype, 'push', push);
    });
    const pushed = push.value as Readable['push'];
    Readable.prototype.push = function (chunk: unknown, encoding) {
      if (chunk === null) act();
      return pushed.call(this, chunk, encoding);
    };
  };

  it('reads a file block by block, and reports its size', async () => {
    const { seen$ } = follow(openFile(fileOf(10), { blockSize: 4 }));
    const { size, blocks$ } = await first(seen$);
    const blocks = await first(
      blocks$.pipe(
        map((block) => String(block)),
        toArray(),
      ),
    );
    expect(size).toBe(10);
    expect(blocks.join('')).toBe(String(sample(10)));
    expect(blocks.map(({ length }) => length)).toStrictEqual([4, 4, 2]);
  });

  it('emits no block of an empty file', async () => {
    const { seen$ } = follow(openFile(fileOf(0)));
    const { size, blocks$ } = await first(seen$);
    expect(size).toBe(0);
    expect(await first(blocks$.pipe(toArray()))).toStrictEqual([]);
  });

  it('does not reuse a block before the other blocks are emitted', async () => {
    const { seen$ } = follow(openFile(fileOf(9), { blockSize: 3, blocks: 2 }));
    const [one, two] = await first((await first(seen$)).blocks$.pipe(take(2), toArray()));
    expect([one, two]).toStrictEqual([sample(9).subarray(0, 3), sample(9).subarray(3, 6)]);
  });

  it('resumes where it stopped when it is subscribed again (heldWhile)', async () => {
    const { seen$ } = follow(openFile(fileOf(100 * KiB + 1), { blockSize: KiB }));
    const { blocks$ } = await first(seen$);
    const pieces$ = concat(blocks$.pipe(take(1)), blocks$.pipe(take(60)), blocks$);
    expect((await whole(pieces$)).equals(sample(100 * KiB + 1))).toBe(true);
  });

  it('reads no block without a subscriber', async () => {
    const { seen$ } = follow(openFile(fileOf(10), { blockSize: 4 }));
    const { blocks$ } = await first(seen$);
    follow(blocks$).stop();
    await afterPolls(3);
    expect(await whole(blocks$)).toStrictEqual(sample(10).subarray(4));
  });

  it('lets the event loop run between two blocks', async () => {
    const { seen$ } = follow(openFile(fileOf(10), { blockSize: 1 }));
    const { blocks$ } = await first(seen$);
    const blocks: unknown[] = [];
    follow(blocks$.pipe(map((block) => blocks.push(block))));
    expect(blocks).toHaveLength(1);
    await afterPolls(3);
    expect(blocks.length).toBeLessThan(6);
  });

  it('reads a growing file to its new end (C7)', async () => {
    const { seen$ } = follow(openFile(fileOf(10), { blockSize: 10 }));
    const { blocks$ } = await first(seen$);
    await first(blocks$);
    writeFileSync(path('a.bin'), sample(20));
    expect(await whole(blocks$)).toStrictEqual(sample(20).subarray(10));
  });

  it('ends after a block that is not full: bytes that are appended later are not read (C7)', async () => {
    const path = fileOf(10);
    const { seen$ } = follow(openFile(path, { blockSize: 8, blocks: 1 }));
    const { blocks$ } = await first(seen$);
    const sizes: number[] = [];
    await ending(
      blocks$.pipe(
        tap(({ byteLength }) => {
          sizes.push(byteLength);
          if (byteLength < 8) appendFileSync(path, 'late');
        }),
      ),
    );
    expect(sizes).toStrictEqual([8, 2]);
  });

  it('reads a device, and reports no size', async () => {
    const { seen$ } = follow(openFile('/dev/zero', { blockSize: 10 }));
    const { size, blocks$ } = await first(seen$);
    expect(size).toBeUndefined();
    expect(await first(blocks$)).toStrictEqual(Buffer.alloc(10));
  });

  it('closes the file when it is unsubscribed', () => {
    const { stop } = follow(openFile(fileOf(10)));
    expect(openDescriptors(path())).toBe(1);
    stop();
    expect(openDescriptors(path())).toBe(0);
  });

  it.each(['missing', '.'])('errors if it cannot be read: %s', async (name) => {
    expect(await ending(openFile(path(name)))).toMatchObject({
      name: 'NoInputError',
      path: path(name),
    });
    expect(openDescriptors(path())).toBe(0);
  });

  it('closes the file at its end, and completes', async () => {
    expect(
      await whole(openFile(fileOf(10)).pipe(switchMap(({ blocks$ }) => blocks$))),
    ).toStrictEqual(sample(10));
    expect(openDescriptors(path())).toBe(0);
  });

  it('errors if reading fails', async () => {
    const unreadable = '/proc/self/mem';
    const blocks$ = openFile(unreadable).pipe(switchMap((file) => file.blocks$));
    expect(await ending(blocks$)).toMatchObject({
      name: 'ReadError',
      path: unreadable,
      cause: { code: 'EIO' },
    });
    expect(openDescriptors(`/proc/${process.pid}/mem`)).toBe(0);
  });

  it('reads nothing after it is closed, because its descriptor may belong to another file', async () => {
    const { seen$, stop } = follow(openFile(fileOf(10), { blockSize: 4 }));
    const { blocks$ } = await first(seen$);
    await first(blocks$);
    stop();
    writeFileSync(path('b.bin'), sample(20));
    follow(openFile(path('b.bin')));
    expect(await ending(blocks$)).toMatchObject({ name: 'ReadError', path: path('a.bin') });
  });

  it('opens a path that is not UTF-8, and shows it in an error (C2)', async () => {
    const named = (name: string) =>
      Buffer.concat([Buffer.from(path('caf')), Buffer.from(name, 'latin1')]);
    writeFileSync(named('\xe9'), 'text');
    const { seen$ } = follow(openFile(named('\xe9')));
    expect(await whole((await first(seen$)).blocks$)).toStrictEqual(Buffer.from('text'));
    expect(await ending(openFile(named('\xe8')))).toMatchObject({ path: `${path('caf')}\\xe8` });
  });

  describe('with a FIFO', () => {
    it('reads no byte after its end, which belongs to the next reader (C1)', async () => {
      const fifo = makeFifo(path('fifo'));
      const { seen$ } = follow(openFile(fifo));
      const { blocks$ } = await first(seen$);
      const next = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK);
      closing(() => {
        closeSync(next);
      });
      atEnd(() => {
        const writer = openWriter(fifo);
        closing(() => {
          closeSync(writer);
        });
        writeSync(writer, 'for the next');
      });
      const writer = openWriter(fifo);
      writeSync(writer, 'first');
      closeSync(writer);
      expect(String(await whole(blocks$))).toBe('first');
      const bytes = Buffer.alloc(20);
      expect(bytes.toString('utf8', 0, readSync(next, bytes))).toBe('for the next');
    });

    it('emits all bytes, also those from before it is subscribed, and completes at its end', async () => {
      const { seen$ } = follow(openFile(makeFifo(path('fifo'))));
      const { size, blocks$ } = await first(seen$);
      const writer = openWriter(path('fifo'));
      writeSync(writer, sample(100));
      await afterPolls();
      const received = whole(blocks$);
      writeSync(writer, sample(100));
      closeSync(writer);
      expect(size).toBeUndefined();
      expect(await received).toStrictEqual(Buffer.concat([sample(100), sample(100)]));
    });

    it.each([
      ['at once', undefined, true],
      ['after `endDelay`', 60_000, false],
    ])('completes %s at its end', async (_, endDelay, atOnce) => {
      let completed = false;
      follow(
        openFile(makeFifo(path('fifo')), { endDelay }).pipe(
          switchMap(({ blocks$ }) => blocks$),
          tap({ complete: () => (completed = true) }),
        ),
      );
      closeSync(openWriter(path('fifo')));
      await afterPolls();
      expect(completed).toBe(atOnce);
    });

    it('emits no more bytes at a time than a block has', async () => {
      const { seen$ } = follow(openFile(makeFifo(path('fifo')), { blockSize: 30 }));
      const { blocks$ } = await first(seen$);
      const writer = openWriter(path('fifo'));
      writeSync(writer, sample(100));
      closeSync(writer);
      const blocks = await first(blocks$.pipe(toArray()));
      expect(blocks.map(({ byteLength }) => byteLength)).toStrictEqual([30, 30, 30, 10]);
    });

    it('emits blocks that stay valid', async () => {
      const { seen$ } = follow(openFile(makeFifo(path('fifo'))));
      const { blocks$ } = await first(seen$);
      const writer = openWriter(path('fifo'));
      closing(() => {
        closeSync(writer);
      });
      writeSync(writer, 'one');
      const block = await first(blocks$);
      writeSync(writer, 'two');
      await first(blocks$);
      expect(String(block)).toBe('one');
    });

    it('waits for a writer, and stops waiting when it is unsubscribed', async () => {
      const { stop } = follow(
        openFile(makeFifo(path('fifo'))).pipe(switchMap(({ blocks$ }) => blocks$)),
      );
      await afterPolls();
      expect(hasReader(path('fifo'))).toBe(true);
      stop();
      await afterPolls();
      expect(hasReader(path('fifo'))).toBe(false);
    });
  });
});
