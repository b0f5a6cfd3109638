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

  it('emits the lines of a chunk at once, and the rest at the end', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const data     = hot('--a-----b|   ', { a: bytes('one\r\n\ntwo'), b: bytes('three') });
    const dataSubs = '    ^--------!   ';
    const expected = '    --(oe)---(t|)';
    expectObservable(data.pipe(splitLines(LINES))).toBe(expected, { o: 'one', e: '', t: 'twothree' });
    expectSubscriptions(data.subscriptions).toBe(dataSubs);
  }));

  it('emits no empty line behind the last line end', marbles(({ hot, expectObservable }) => {
    const data     = hot('--a--|', { a: bytes('one\n') });
    const expected = '    --o--|';
    expectObservable(data.pipe(splitLines(LINES))).toBe(expected, { o: 'one' });
  }));

  it('removes only a return at the end of a line, even if the line has nothing else', marbles(({ hot, expectObservable }) => {
    const data     = hot('-a-b-c-d|', { a: bytes('\rone\r'), b: bytes('\n'), c: bytes('\r'), d: bytes('\n') });
    const expected = '    ---o---e|';
    expectObservable(data.pipe(splitLines(LINES))).toBe(expected, { o: '\rone', e: '' });
  }));

  it('decodes characters that are split between chunks', marbles(({ hot, expectObservable }) => {
    const data     = hot('-a-b-c-d|', { a: EURO.subarray(0, 1), b: EURO.subarray(1, 2), c: EURO.subarray(2, 3), d: EURO.subarray(3) });
    const expected = '    -------e|';
    expectObservable(data.pipe(splitLines(LINES))).toBe(expected, { e: '€' });
  }));

  it('keeps a byte order mark at the start of the source and of any line', marbles(({ hot, expectObservable }) => {
    const data     = hot('-a---|', { a: bytes('\uFEFF1\n\uFEFF2\n') });
    const expected = '    -(ot)|';
    expectObservable(data.pipe(splitLines(LINES))).toBe(expected, { o: '\uFEFF1', t: '\uFEFF2' });
  }));

  it('emits the lines before one that is too large, and errors', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const data     = hot('-a-b----|', { a: bytes('123456789\n'), b: bytes('two\n1234567890') });
    const dataSubs = '    ^--!     ';
    const expected = '    -o-(t#)  ';
    expectObservable(data.pipe(splitLines(LINES))).toBe(expected, { o: '123456789', t: 'two' }, new TooLargeError(9));
    expectSubscriptions(data.subscriptions).toBe(dataSubs);
  }));

  it('loses nothing below a hold: it emits the rest of the chunk, and nothing after it', marbles(({ hot, expectObservable, expectSubscriptions }) => {
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

  it('loses the rest of a chunk above a hold, so it belongs below', marbles(({ hot, expectObservable }) => {
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

  it('has copied a chunk before a line leads to the next one, which overwrites it', () => {
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

  it('reads each byte of a line once, however many chunks it has', async () => {
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
