import { AssertionError, deepStrictEqual } from 'node:assert';
import { types } from 'node:util';
import { type RunHelpers, TestScheduler } from 'rxjs/testing';

/**
 * A spec that runs in virtual time, where a frame is a millisecond and `10s` are ten true seconds.
 *
 * It works with any runner: it throws an `AssertionError` if a row is not as expected, or if no row was
 * compared at all. It compares strictly, and errors by name, code and message. Promises, sockets and
 * Node's own timers stay outside virtual time.
 *
 *     data      --a--b------------|
 *     expected  --a--b-- 9999ms --#
 *
 * @param spec is called with RxJS's own helpers: `cold`, `hot`, `expectObservable`, `expectSubscriptions` …
 * @throws AssertionError
 * @example
 * it('lets through what is in time', marbles(({ cold, expectObservable }) => {
 *   expectObservable(cold('-a 9s b|').pipe(idleTimeout(10_000))).toBe('-a 9s b|');
 * }));
 * @see {@link lawsOf}, the laws that every operator obeys
 */
export const marbles = (spec: (helpers: RunHelpers) => void) => (): void => {
  let compared = 0;
  const scheduler = new TestScheduler((actual, expected) => {
    compared++;
    deepStrictEqual(toPlain(actual), toPlain(expected));
  });
  scheduler.run((helpers) => {
    scheduler.maxFrames = MAX_RUN_MS;
    spec(helpers);
  });
  if (compared === 0) throw new AssertionError({ message: 'no row was compared' });
};

/** Two hours: a spec that would never end fails there. */
const MAX_RUN_MS = 2 * 60 * 60 * 1000;

/** The same with its errors, however deep, as plain objects: their causes and stacks are left out. */
function toPlain(value: unknown): unknown {
  if (types.isNativeError(value)) {
    const { name, message } = value;
    return { name, message, code: 'code' in value ? value.code : undefined };
  }
  if (Array.isArray(value)) return value.map(toPlain);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, toPlain(entry)]));
}

const isRecord = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
