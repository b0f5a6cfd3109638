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

function plain(value: unknown): unknown {
  if (value instanceof Error) {
    const { name, message } = value;
    return { name, message, code: 'code' in value ? value.code : undefined };
  }
  if (value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, plain(entry)]));
}
