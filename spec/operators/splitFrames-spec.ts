import fc from 'fast-check';
import { from, lastValueFrom, toArray } from 'rxjs';
import { TooLargeError, TruncatedError } from '../../src/errors.js';
import { splitFrames } from '../../src/operators/index.js';
import splitFramesDiagram from '../diagrams/splitFrames.js';
import { bytes } from '../support/bytes.js';
import { holdsTo } from '../support/diagram.js';
import { obeysTheLaws } from '../support/laws.js';
import { marbles } from '../support/marbles.js';

const NOTHING = { defaultValue: undefined };
const frame = (...values: number[]) => Uint8Array.of(...values);

// prettier-ignore
describe('splitFrames', () => {
  describe('with a prefix', () => {
    obeysTheLaws(() => splitFrames({ prefix: 1, limit: 3 }), { a: frame(1, 7, 1, 8, 3, 9), b: frame(9, 9) });
  });

  describe('with a delimiter', () => {
    obeysTheLaws(() => splitFrames({ delimiter: 0, limit: 3 }), { a: frame(7, 0, 8, 0, 9), b: frame(9, 0) });
  });

  it('does what its diagram shows', holdsTo(splitFramesDiagram));

  it('reads a length of several bytes, the most significant first', marbles(({ hot, expectObservable }) => {
    const data     = hot('-a-b-c|', { a: frame(0), b: frame(2, 7), c: frame(8, 1) });
    const expected = '    -----x#';
    expectObservable(data.pipe(splitFrames({ prefix: 2, limit: 512 }))).toBe(expected, { x: frame(7, 8) }, new TruncatedError());
  }));

  it('is not misled by the sign of a length of four bytes', marbles(({ hot, expectObservable }) => {
    const data     = hot('-a', { a: frame(255, 255, 255, 255) });
    const expected = '    -#';
    expectObservable(data.pipe(splitFrames({ prefix: 4, limit: 2 ** 32 - 2 }))).toBe(expected, undefined, new TooLargeError(2 ** 32 - 2));
  }));

  it('emits empty frames too', marbles(({ hot, expectObservable }) => {
    const data     = hot('-a----|', { a: frame(0, 1, 7, 0) });
    const expected = '    -(oxo)|';
    expectObservable(data.pipe(splitFrames({ prefix: 1, limit: 9 }))).toBe(expected, { o: frame(), x: frame(7) });
  }));

  it('emits the frames before a length that is too large, and errors before its bytes', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const data     = hot('-a----|', { a: frame(3, 7, 7, 7, 4) });
    const dataSubs = '    ^!     ';
    const expected = '    -(x#)  ';
    expectObservable(data.pipe(splitFrames({ prefix: 1, limit: 3 }))).toBe(expected, { x: frame(7, 7, 7) }, new TooLargeError(3));
    expectSubscriptions(data.subscriptions).toBe(dataSubs);
  }));

  it.each([
    ['of a frame', frame(2, 7)],
    ['of a frame that has told its length alone', frame(2)],
    ['of a length', frame(0, 1)],
  ])('errors if the source ends within the bytes %s', (_, chunk) => {
    const prefix = chunk.byteLength === 2 && chunk[0] === 0 ? 4 : 1;
    marbles(({ hot, expectObservable }) => {
      const data     = hot('-a--|', { a: chunk });
      const expected = '    ----#';
      expectObservable(data.pipe(splitFrames({ prefix, limit: 9 }))).toBe(expected, undefined, new TruncatedError());
    })();
  });

  it('emits the bytes behind the last delimiter as a frame, unless there are none', marbles(({ hot, expectObservable }) => {
    const data     = hot('-a--|   ', { a: frame(7, 0, 8) });
    const expected = '    -x--(y|)';
    expectObservable(data.pipe(splitFrames({ delimiter: 0, limit: 1 }))).toBe(expected, { x: frame(7), y: frame(8) });
  }));

  it('emits the frames before one that is too large, and errors even if that is whole', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const data     = hot('--a--|   ', { a: frame(7, 7, 7, 0, 8, 8, 8, 8, 0) });
    const dataSubs = '    ^-!      ';
    const expected = '    --(x#)   ';
    expectObservable(data.pipe(splitFrames({ delimiter: 0, limit: 3 }))).toBe(expected, { x: frame(7, 7, 7) }, new TooLargeError(3));
    expectSubscriptions(data.subscriptions).toBe(dataSubs);
  }));

  it('errors at a frame that is too large before its delimiter', marbles(({ hot, expectObservable }) => {
    const data     = hot('-a-b-c', { a: frame(7, 7), b: frame(7), c: frame(7) });
    const expected = '    -----#';
    expectObservable(data.pipe(splitFrames({ delimiter: 0, limit: 3 }))).toBe(expected, undefined, new TooLargeError(3));
  }));

  it.each([
    ['a prefix', { prefix: 2, limit: 600 }, (one: Uint8Array) => [one.byteLength >> 8, one.byteLength & 255, ...one]],
    ['a delimiter', { delimiter: 0, limit: 600 }, (one: Uint8Array) => [...one.map((byte) => byte || 1), 0]],
  ] as const)('makes the same frames of any split of the same bytes, with %s', async (_, options, wrapped) => {
    const several = fc.array(fc.uint8Array({ maxLength: 600 }), { maxLength: 5 });
    const cuts = fc.array(fc.nat({ max: 400 }), { maxLength: 20 });
    const holds = fc.asyncProperty(several, cuts, async (frames, sizes) => {
      const all = Uint8Array.from(frames.flatMap(wrapped));
      const expected = 'delimiter' in options ? frames.map((one) => one.map((byte) => byte || 1)) : frames;
      const got = from(cut(all, sizes)).pipe(splitFrames(options), toArray());
      expect(await lastValueFrom(got, NOTHING)).toStrictEqual(expected.map((one) => Uint8Array.from(one)));
    });
    await fc.assert(holds);
  });

  it('copies its frames, which belong to the consumer', async () => {
    const landing = bytes('\x03one');
    const frames = await lastValueFrom(from([landing]).pipe(splitFrames({ prefix: 1, limit: 3 }), toArray()), NOTHING);
    landing.fill(0);
    expect(frames).toStrictEqual([Uint8Array.from(bytes('one'))]);
  });

  it.each([-1, NaN])('rejects %d bytes', (limit) => {
    expect(() => splitFrames({ prefix: 1, limit })).toThrow(RangeError);
  });

  it('rejects a prefix of no bytes and a delimiter that is not a byte', () => {
    expect(() => splitFrames({ prefix: 0 as 1, limit: 9 })).toThrow(RangeError);
    expect(() => splitFrames({ delimiter: 256, limit: 9 })).toThrow(RangeError);
  });
});

/** In pieces of these sizes, and the rest. */
function cut(all: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  let at = 0;
  const pieces = sizes.map((size) => all.subarray(at, (at += size)));
  return [...pieces, all.subarray(at)];
}
