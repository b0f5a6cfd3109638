import fc from 'fast-check';
import { from, lastValueFrom, map, tap } from 'rxjs';
import { TooLargeError } from '../../src/errors.js';
import { collectBytes } from '../../src/operators/index.js';
import collectBytesDiagram from '../diagrams/collectBytes.js';
import { bytes } from '../support/bytes.js';
import { holdsTo } from '../support/diagram.js';
import { obeysTheLaws } from '../support/laws.js';
import { marbles } from '../support/marbles.js';

const NOTHING = { defaultValue: undefined };
const CHUNKS = { a: bytes('ab'), c: bytes('c'), d: bytes('def') };

// prettier-ignore
describe('collectBytes', () => {
  obeysTheLaws(() => collectBytes({ limit: 4 }), { a: bytes('ab'), b: bytes('cd') });

  it('does what its diagram shows', holdsTo(collectBytesDiagram));

  it('emits all the bytes at the end of the source', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const data     = hot('--a-c---d-----|   ', CHUNKS);
    const dataSubs = '    ^-------------!   ';
    const expected = '    --------------(x|)';
    expectObservable(data.pipe(collectBytes({ limit: 6 }))).toBe(expected, { x: Uint8Array.from(bytes('abcdef')) });
    expectSubscriptions(data.subscriptions).toBe(dataSubs);
  }));

  it('emits an empty array for an empty source', marbles(({ hot, expectObservable }) => {
    const data     = hot('--|   ', CHUNKS);
    const expected = '    --(x|)';
    expectObservable(data.pipe(collectBytes({ limit: 6 }))).toBe(expected, { x: new Uint8Array(0) });
  }));

  it('errors at the chunk that crosses the limit, and emits nothing', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const data     = hot('--a-c---d-----|', CHUNKS);
    const dataSubs = '    ^-------!      ';
    const expected = '    --------#      ';
    expectObservable(data.pipe(collectBytes({ limit: 5 }))).toBe(expected, undefined, new TooLargeError(5));
    expectSubscriptions(data.subscriptions).toBe(dataSubs);
  }));

  it('copies its chunks, which are borrowed', marbles(({ hot, expectObservable }) => {
    const landing  = new Uint8Array(3);
    const land     = (text: string) => { landing.set(bytes(text)); return landing; };
    const data     = hot('-a-d-g-|   ', { a: 'abc', d: 'def', g: 'ghi' });
    const expected = '    -------(x|)';
    const borrowed = data.pipe(map(land), tap({ complete: () => land('---') }));
    expectObservable(borrowed.pipe(collectBytes({ limit: 9 }))).toBe(expected, { x: Uint8Array.from(bytes('abcdefghi')) });
  }));

  it('emits an array of its own to each subscriber', async () => {
    const collected$ = from([CHUNKS.a, CHUNKS.c]).pipe(collectBytes({ limit: 3 }));
    const first = await lastValueFrom(collected$, NOTHING);
    const second = await lastValueFrom(collected$, NOTHING);
    expect(first).toStrictEqual(second);
    expect(first?.buffer).not.toBe(second?.buffer);
  });

  it('emits the same bytes however they are split', async () => {
    const sizes = fc.array(fc.nat({ max: 2_000 }), { maxLength: 10 });
    const holds = fc.asyncProperty(sizes, async (cuts) => {
      const { whole, chunks } = split(cuts);
      const collected$ = from(chunks).pipe(collectBytes({ limit: whole.byteLength }));
      expect(await lastValueFrom(collected$, NOTHING)).toStrictEqual(whole);
    });
    await fc.assert(holds);
  });

  it.each([-1, NaN])('rejects %d bytes', (limit) => {
    expect(() => collectBytes({ limit })).toThrow(RangeError);
  });
});

/** Counting bytes, whole and in chunks of these sizes. */
function split(sizes: readonly number[]): { whole: Uint8Array; chunks: Uint8Array[] } {
  const whole = Uint8Array.from(
    { length: sizes.reduce((sum, size) => sum + size, 0) },
    (_, at) => at % 251,
  );
  let end = 0;
  return { whole, chunks: sizes.map((size) => whole.subarray(end, (end += size))) };
}
