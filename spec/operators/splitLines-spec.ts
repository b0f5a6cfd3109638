import { BehaviorSubject, from, Subject, take, tap } from 'rxjs';
import { TooLargeError } from '../../src/errors.js';
import { heldWhile, splitLines } from '../../src/operators/index.js';
import splitLinesDiagram from '../diagrams/splitLines.js';
import { bytes } from '../support/bytes.js';
import { holdsTo } from '../support/diagram.js';
import { obeysTheLaws } from '../support/laws.js';
import { marbles } from '../support/marbles.js';

const LINES = { limit: 9 };
const EURO = bytes('€\n');

// prettier-ignore
describe('splitLines', () => {
  obeysTheLaws(() => splitLines(LINES), { a: bytes('one\ntwo\nth'), b: bytes('ree\n') });

  it('does what its diagram shows', holdsTo(splitLinesDiagram));

  it('emits the lines of a chunk at once, and what it keeps at the end', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const data     = hot('--a-----b|   ', { a: bytes('one\r\n\ntwo'), b: bytes('three') });
    const dataSubs = '    ^--------!   ';
    const expected = '    --(oe)---(t|)';
    expectObservable(data.pipe(splitLines(LINES))).toBe(expected, { o: 'one', e: '', t: 'twothree' });
    expectSubscriptions(data.subscriptions).toBe(dataSubs);
  }));

  it('makes no line of nothing behind the last one', marbles(({ hot, expectObservable }) => {
    const data     = hot('--a--|', { a: bytes('one\n') });
    const expected = '    --o--|';
    expectObservable(data.pipe(splitLines(LINES))).toBe(expected, { o: 'one' });
  }));

  it('takes the return alone that stands at the end of a line, also on its own', marbles(({ hot, expectObservable }) => {
    const data     = hot('-a-b-c-d|', { a: bytes('\rone\r'), b: bytes('\n'), c: bytes('\r'), d: bytes('\n') });
    const expected = '    ---o---e|';
    expectObservable(data.pipe(splitLines(LINES))).toBe(expected, { o: '\rone', e: '' });
  }));

  it('decodes characters that are cut', marbles(({ hot, expectObservable }) => {
    const data     = hot('-a-b-c-d|', { a: EURO.subarray(0, 1), b: EURO.subarray(1, 2), c: EURO.subarray(2, 3), d: EURO.subarray(3) });
    const expected = '    -------e|';
    expectObservable(data.pipe(splitLines(LINES))).toBe(expected, { e: '€' });
  }));

  it('keeps a byte order mark, at the start of the source as at the start of any line', marbles(({ hot, expectObservable }) => {
    const data     = hot('-a---|', { a: bytes('\uFEFF1\n\uFEFF2\n') });
    const expected = '    -(ot)|';
    expectObservable(data.pipe(splitLines(LINES))).toBe(expected, { o: '\uFEFF1', t: '\uFEFF2' });
  }));

  it('errors at a line that is too large, once those before it are out', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const data     = hot('-a-b----|', { a: bytes('123456789\n'), b: bytes('two\n1234567890') });
    const dataSubs = '    ^--!     ';
    const expected = '    -o-(t#)  ';
    expectObservable(data.pipe(splitLines(LINES))).toBe(expected, { o: '123456789', t: 'two' }, new TooLargeError(9));
    expectSubscriptions(data.subscriptions).toBe(dataSubs);
  }));

  it('loses nothing below a hold: what is left of the chunk comes, and nothing after it', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const data     = hot('-a-------b|', { a: bytes('one\ntwo\nth'), b: bytes('ree\n') });
    const drain    = hot('-----f     ', { f: false });
    const dataSubs = [   '^!         ',
                         '-----^----!'];
    const expected = '    -(ow)----t|';
    const full     = new BehaviorSubject(false);
    const fill     = (line: string) => { if (line === 'one') full.next(true); };
    void drain.subscribe(full);
    expectObservable(data.pipe(heldWhile(full), splitLines(LINES), tap(fill))).toBe(expected, { o: 'one', w: 'two', t: 'three' });
    expectSubscriptions(data.subscriptions).toBe(dataSubs);
  }));

  it('forgets what it keeps above a hold, which is why it stands below', marbles(({ hot, expectObservable }) => {
    const data     = hot('-a---b|', { a: bytes('one\ntwo\nth'), b: bytes('ree\n') });
    const full     = hot('f-tf---', { f: false, t: true });
    const expected = '    -(ow)r|';
    expectObservable(data.pipe(splitLines(LINES), heldWhile(full))).toBe(expected, { o: 'one', w: 'two', r: 'ree' });
  }));

  it('emits no more of a chunk once a line has led to its unsubscription', () => {
    const seen: string[] = [];
    const source = new Subject<Uint8Array>();
    source.pipe(splitLines(LINES), tap((line) => seen.push(line)), take(1)).subscribe();
    source.next(bytes('one\ntwo\n'));
    expect(seen).toStrictEqual(['one']);
    expect(source.observed).toBe(false);
  });

  it('has taken all it needs of a chunk before a line leads to the next, which overwrites it', () => {
    const seen: string[] = [];
    const landing = bytes('one\ntwo\n');
    const source = new Subject<Uint8Array>();
    const feedBack = (line: string) => {
      seen.push(line);
      if (line !== 'one') return;
      landing.set(bytes('six\nten\n'));
      source.next(landing);
      landing.fill(0);
    };
    void source.pipe(splitLines(LINES)).forEach(feedBack);
    source.next(landing);
    expect(seen).toStrictEqual(['one', 'two', 'six', 'ten']);
  });

  it('looks at each byte of a line once, however many chunks it comes in', async () => {
    let searched = 0;
    class Chunk extends Uint8Array {
      override indexOf(...wanted: Parameters<Uint8Array['indexOf']>): number {
        searched += this.byteLength;
        return super.indexOf(...wanted);
      }
    }
    const chunks = Array.from({ length: 1_000 }, () => Chunk.of(120));
    const lines: string[] = [];
    await from(chunks).pipe(splitLines({ limit: 1_000 })).forEach((line) => lines.push(line));
    expect(lines).toStrictEqual(['x'.repeat(1_000)]);
    expect(searched).toBe(1_000);
  });

  it.each([-1, NaN])('rejects %d bytes', (limit) => {
    expect(() => splitLines({ limit })).toThrow(RangeError);
  });
});
