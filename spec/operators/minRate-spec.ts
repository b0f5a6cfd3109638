import { catchError, EMPTY, NEVER } from 'rxjs';
import { TooSlowError } from '../../src/errors.js';
import { heldWhile, idleTimeout, minRate } from '../../src/operators/index.js';
import minRateDiagram from '../diagrams/minRate.js';
import { holdsTo } from '../support/diagram.js';
import { obeysTheLaws } from '../support/laws.js';
import { marbles } from '../support/marbles.js';

/** Chunks of which the size alone matters. */
const CHUNKS = { 1: { byteLength: 1 }, 9: { byteLength: 9 }, 5: { byteLength: 50 } };
const SLOW = new TooSlowError(1);
const FULL = { f: false, t: true };

// prettier-ignore
describe('minRate', () => {
  obeysTheLaws(() => minRate<{ byteLength: number }>(1), { a: CHUNKS[1], b: CHUNKS[9] });

  it('does what its diagram shows', holdsTo(minRateDiagram));

  it('looks once per second, and errors if the last 10 s brought too little', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const data     = hot('-9 8s 1 8s 1', CHUNKS);
    const dataSubs = '    ^ 10999ms ! ';
    const expected = '    -9 8s 1 2997ms #';
    expectObservable(data.pipe(minRate(1))).toBe(expected, CHUNKS, SLOW);
    expectSubscriptions(data.subscriptions).toBe(dataSubs);
  }));

  it('errors if nothing came from the start', marbles(({ hot, expectObservable }) => {
    const data     = hot('- 20s -', CHUNKS);
    const expected = '    - 9999ms #';
    expectObservable(data.pipe(minRate(1))).toBe(expected, CHUNKS, SLOW);
  }));

  it('accepts a source that is just fast enough, for hours', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const data     = hot(`${'999ms 1 '.repeat(200)}|`, CHUNKS);
    const dataSubs = '    ^ 199999ms !';
    const expected = `    ${'999ms 1 '.repeat(200)}|`;
    expectObservable(data.pipe(minRate(1))).toBe(expected, CHUNKS);
    expectSubscriptions(data.subscriptions).toBe(dataSubs);
  }));

  it('counts a burst for its whole window', marbles(({ hot, expectObservable }) => {
    const data     = hot('- 8998ms 5', CHUNKS);
    const expected = '    - 8998ms 5 10s #';
    expectObservable(data.pipe(minRate(1))).toBe(expected, CHUNKS, SLOW);
  }));

  it('does not count the time in which the source is held', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const data     = hot('-5', CHUNKS);
    const full     = hot('f 4500ms t 59s f', FULL);
    const dataSubs = [   '^ 4500ms !                ',
                         '- 4500ms - 59s ^ 6497ms !'];
    const expected = '    -5 4499ms - 59s 6498ms #';
    expectObservable(data.pipe(heldWhile(full), minRate(1, { held$: full }))).toBe(expected, CHUNKS, SLOW);
    expectSubscriptions(data.subscriptions).toBe(dataSubs);
  }));

  it('looks again before it errors, and counts what comes meanwhile', marbles(({ hot, cold, expectObservable, expectSubscriptions }) => {
    const data     = hot('- 9999ms -5', CHUNKS);
    const look     = cold(         '--x');
    const lookSubs = '    - 9999ms ^-!';
    const unsub    = '    - 11s !';
    const expected = '    - 9999ms -5';
    expectObservable(data.pipe(minRate(1, { lookAgain$: look })), unsub).toBe(expected, CHUNKS);
    expectSubscriptions(look.subscriptions).toBe(lookSubs);
  }));

  it('ignores silence if ignoreSilence is set', marbles(({ hot, expectObservable }) => {
    const data     = hot('-9 20s -', CHUNKS);
    const unsub    = '    -- 20s !';
    const expected = '    -9 20s -';
    expectObservable(data.pipe(minRate(1, { ignoreSilence: true })), unsub).toBe(expected, CHUNKS);
  }));

  it('counts silence that follows data, too', marbles(({ hot, expectObservable }) => {
    const data     = hot('-9 8s - 3s 1', CHUNKS);
    const expected = '    -9 8s - 3s 1 996ms #';
    expectObservable(data.pipe(minRate(1, { ignoreSilence: true }))).toBe(expected, CHUNKS, SLOW);
  }));

  it('leaves a fast sender that falls silent to idleTimeout', marbles(({ hot, expectObservable }) => {
    const data     = hot('-9 - 20s -', CHUNKS);
    const expected = '    -9 9999ms |';
    expectObservable(data.pipe(idleTimeout(10_000), catchError(() => EMPTY), minRate(1, { ignoreSilence: true }))).toBe(expected, CHUNKS);
  }));

  it.each([-1, NaN])('rejects a rate or a window of %d', (value) => {
    expect(() => minRate(value)).toThrow(RangeError);
    expect(() => minRate(1, { window: value })).toThrow(RangeError);
  });

  it.each([Infinity, 2 ** 31 * 10])('sets no timer for a window of %d ms, which Node would treat as 1 ms', (window) => {
    expect(NEVER.pipe(minRate(1, { window }))).toBe(NEVER);
  });

  it('costs nothing without a rate', () => {
    expect(NEVER.pipe(minRate(0))).toBe(NEVER);
  });
});
