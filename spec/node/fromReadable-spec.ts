import { once } from 'node:events';
import { PassThrough, Readable } from 'node:stream';
import { concat, map, take, toArray } from 'rxjs';
import { StreamError } from '../../src/errors.js';
import { fromReadable } from '../../src/node/index.js';
import { following } from '../support/following.js';
import { COMPLETED, ending, first, thrownBy, afterPolls, whole } from '../support/outcome.js';
import { KiB, sample } from '../support/sample.js';

const CAUSE = new Error('what the system said');

/** Reads ahead up to 16 KiB, and counts what it was asked for. */
function counting(size: number) {
  const bytes = sample(size);
  let at = 0;
  const readable = new Readable({
    highWaterMark: 16 * KiB,
    read() {
      const chunk = bytes.subarray(at, (at += KiB));
      this.push(chunk.byteLength > 0 ? chunk : null);
    },
  });
  return { bytes, readable, asked: () => at };
}

describe('fromReadable', () => {
  const { follow } = following();

  it('emits the bytes, and completes at their end', async () => {
    const { bytes, readable } = counting(100 * KiB);
    expect(await whole(fromReadable(readable))).toStrictEqual(bytes);
  });

  it('reads nothing until it is subscribed', async () => {
    const { readable, asked } = counting(100 * KiB);
    void fromReadable(readable);
    await afterPolls();
    expect(asked()).toBe(0);
  });

  it('resumes where it stopped when it is subscribed again (heldWhile)', async () => {
    const { bytes, readable } = counting(100 * KiB);
    const bytes$ = fromReadable(readable);
    const pieces$ = concat(bytes$.pipe(take(1)), bytes$.pipe(take(60)), bytes$);
    expect(await whole(pieces$)).toStrictEqual(bytes);
  });

  it('does not let the stream read beyond its highWaterMark without a subscriber', async () => {
    const { readable, asked } = counting(100 * KiB);
    await first(fromReadable(readable));
    await afterPolls();
    expect(asked()).toBeLessThanOrEqual(20 * KiB);
  });

  it('leaves no reading listener behind, even after many subscriptions', async () => {
    const { readable } = counting(100 * KiB);
    const bytes$ = fromReadable(readable);
    await first(bytes$);
    const count = () =>
      readable.eventNames().reduce((sum, name) => sum + readable.listenerCount(name), 0);
    const before = count();
    for (let turn = 0; turn < 20; turn++) await first(bytes$);
    expect(readable.listenerCount('data')).toBe(0);
    expect(count()).toBe(before);
  });

  it('does not destroy the stream, because its owner does', async () => {
    const { readable } = counting(100 * KiB);
    follow(fromReadable(readable)).stop();
    await afterPolls();
    expect(readable.destroyed).toBe(false);
  });

  it('keeps an end that comes without a subscriber', async () => {
    const { readable } = counting(KiB);
    const bytes$ = fromReadable(readable);
    await first(bytes$);
    await afterPolls();
    expect(await ending(bytes$)).toBe(COMPLETED);
    expect(await ending(bytes$)).toBe(COMPLETED);
  });

  it('keeps an error that comes without a subscriber', async () => {
    const { readable } = counting(100 * KiB);
    const bytes$ = fromReadable(readable);
    await first(bytes$);
    readable.destroy(CAUSE);
    await afterPolls();
    expect(await ending(bytes$)).toMatchObject({ code: 'STREAM', cause: CAUSE });
  });

  it('passes an error on', async () => {
    const { readable } = counting(100 * KiB);
    const ended = ending(fromReadable(readable));
    readable.destroy(CAUSE);
    expect(await ended).toMatchObject({ code: 'STREAM', cause: CAUSE });
  });

  it('errors if the stream is closed before its end', async () => {
    const { readable } = counting(100 * KiB);
    readable.destroy();
    expect(await ending(fromReadable(readable))).toBeInstanceOf(StreamError);
  });

  it('emits no more values after a value causes its unsubscription', async () => {
    const { bytes, readable } = counting(4 * KiB);
    const bytes$ = fromReadable(readable);
    const [one] = await first(bytes$.pipe(take(1), toArray()));
    const rest = await whole(bytes$);
    expect(Buffer.concat([one ?? '', rest].map((part) => Buffer.from(part)))).toStrictEqual(bytes);
  });

  it('reads the readable half of a duplex stream', async () => {
    const duplex = new PassThrough();
    duplex.write('abc');
    expect(await first(fromReadable(duplex).pipe(map((chunk) => String(chunk))))).toBe('abc');
    duplex.end();
    expect(await ending(fromReadable(duplex))).toBe(COMPLETED);
  });

  it('accepts one subscriber at a time', async () => {
    const { readable } = counting(100 * KiB);
    const bytes$ = fromReadable(readable);
    follow(bytes$);
    expect(await ending(bytes$)).toBeInstanceOf(TypeError);
    const piped = counting(100 * KiB).readable;
    piped.pipe(new PassThrough());
    await once(piped, 'data');
    expect(await ending(fromReadable(piped))).toBeInstanceOf(TypeError);
  });

  it.each([
    ['objects', Readable.from([{}])],
    ['texts', new PassThrough().setEncoding('utf8')],
  ])('does not take a stream of %s', (_, readable) => {
    expect(thrownBy(() => fromReadable(readable))).toBeInstanceOf(TypeError);
  });
});
