import { ignoreElements, interval } from 'rxjs';
import { IdleTimeoutError } from '../../src/errors.js';
import { bytes } from '../support/bytes.js';
import { marbles } from '../../src/testing/index.js';

/** Errors of one message, which Jest alone takes for equal. */
const failure = (facts: { name?: string; code?: string }) =>
  Object.assign(new Error('it failed'), facts);

/** What Node's own assertions throw. */
const DIFFERENT = expect.objectContaining({ code: 'ERR_ASSERTION' }) as Error;

describe('marbles', () => {
  it('fails a spec that compares nothing', () => {
    expect(marbles(() => undefined)).toThrow('no row was compared');
  });

  it.each([
    ['value', 'a', 'b'],
    ['property that is undefined', { a: 1 }, { a: 1, b: undefined }],
    ['byte', bytes('abc'), bytes('abd')],
    ['class', Uint8Array.from(bytes('abc')), bytes('abc')],
    ['entry of a collection', new Map([['a', 1]]), new Map([['a', 2]])],
    ['error in an event', { error: failure({ code: 'A' }) }, { error: failure({ code: 'B' }) }],
  ])('fails a wrong %s', (_, actual, expected) => {
    const spec = marbles(({ cold, expectObservable }) => {
      expectObservable(cold<unknown>('-a', { a: actual })).toBe('-a', { a: expected });
    });
    expect(spec).toThrow(DIFFERENT);
  });

  it.each([
    ['name', failure({ name: 'AError' }), failure({ name: 'BError' })],
    ['code', failure({ code: 'A' }), failure({ code: 'B' })],
    ['number', new IdleTimeoutError(1), new IdleTimeoutError(2)],
  ])('fails an error of a wrong %s', (_, actual, expected) => {
    const spec = marbles(({ cold, expectObservable }) => {
      expectObservable(cold('-#', undefined, actual)).toBe('-#', undefined, expected);
    });
    expect(spec).toThrow(DIFFERENT);
  });

  it('fails a wrong time', () => {
    const spec = marbles(({ cold, expectObservable }) => {
      expectObservable(cold('10s a')).toBe('10s -a');
    });
    expect(spec).toThrow(DIFFERENT);
  });

  it('fails a wrong subscription', () => {
    const spec = marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const data = cold('-a-|');
      expectObservable(data).toBe('-a-|');
      expectSubscriptions(data.subscriptions).toBe('^-!');
    });
    expect(spec).toThrow(DIFFERENT);
  });

  it('fails a spec that never ends', () => {
    const spec = marbles(({ expectObservable }) => {
      expectObservable(interval(60_000).pipe(ignoreElements())).toBe('-#');
    });
    expect(spec).toThrow(DIFFERENT);
  });

  it('passes equal values that are not identical', () => {
    const event = () => ({ bytes: bytes('abc'), error: failure({ code: 'A' }), total: undefined });
    const spec = marbles(({ cold, expectObservable }) => {
      expectObservable(cold('-a', { a: event() })).toBe('-a', { a: event() });
    });
    expect(spec).not.toThrow();
  });
});
