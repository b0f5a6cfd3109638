import { types } from 'node:util';
import { TestScheduler } from 'rxjs/testing';

export type Helpers = Parameters<Parameters<TestScheduler['run']>[0]>[0];

/**
 * Runs a spec in virtual time, where a frame is a millisecond and `10s` are ten true seconds.
 * Compares strictly, and errors by name, code and message, which Jest would compare by message alone.
 */
export const marbles = (spec: (helpers: Helpers) => void) => (): void => {
  expect.hasAssertions();
  const scheduler = new TestScheduler((actual, expected) => {
    expect(plain(actual)).toStrictEqual(plain(expected));
  });
  scheduler.run((helpers) => {
    scheduler.maxFrames = LONGEST;
    spec(helpers);
  });
};

/** Two hours: what would go on without end fails there, rather than never. */
const LONGEST = 2 * 60 * 60 * 1000;

/** The same with its errors, however deep, as plain objects; what has a class is left to Jest. */
function plain(value: unknown): unknown {
  if (types.isNativeError(value)) {
    const { name, message } = value;
    return { name, message, code: 'code' in value ? value.code : undefined };
  }
  if (Array.isArray(value)) return value.map(plain);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, plain(entry)]));
}

const isRecord = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
