import { type ErrorData, errorData, originalError } from '../src/errorData.js';
import * as errors from '../src/errors.js';

const systemError = (): Error =>
  Object.assign(new Error('ENOSPC: no space left on device, write'), {
    code: 'ENOSPC',
    errno: -28,
    syscall: 'write',
  });

/** How many causes stand below each other. */
const depth = (data: ErrorData['cause']): number => (data ? 1 + depth(data.cause) : 0);

describe('errorData', () => {
  it('has the code, the message and the details of an error', () => {
    expect(errorData(new errors.UnreachableError('localhost', 5000))).toStrictEqual({
      code: 'UNREACHABLE',
      message: 'cannot connect to localhost port 5000',
      host: 'localhost',
      port: 5000,
    });
  });

  it('is created once for an error that ends many transfers', () => {
    const error = new errors.ShutdownError();
    expect(errorData(error)).toBe(errorData(error));
    expect(originalError(errorData(error))).toBe(error);
  });

  it('has the causes, with the code and message of the system', () => {
    expect(errorData(new errors.StoreError({ cause: systemError() }))).toStrictEqual({
      code: 'STORE',
      message: 'the file could not be saved',
      cause: {
        code: 'ENOSPC',
        errno: -28,
        syscall: 'write',
        message: 'ENOSPC: no space left on device, write',
      },
    });
  });

  it('gives an error that is not of rxdrop the code INTERNAL, and has it as the cause', () => {
    expect(errorData(new TypeError('x is no function'))).toStrictEqual({
      code: 'INTERNAL',
      message: 'TypeError: x is no function',
      cause: { message: 'x is no function' },
    });
  });

  it.each<[string, unknown, string]>([
    ['text', 'no numbers', 'no numbers'],
    ['nothing', undefined, 'undefined'],
    ['what has no text', Object.create(null), 'unknown'],
  ])('accepts %s that was thrown', (_, thrown, message) => {
    expect(errorData(thrown)).toStrictEqual({ code: 'INTERNAL', message, cause: { message } });
  });

  it('leaves out values that are not plain, and a code that is not a string', () => {
    const cause = Object.assign(new Error('odd'), {
      code: 7,
      due: Infinity,
      socket: { fd: 7 },
      retry: () => undefined,
      fatal: false,
    });
    expect(errorData(new errors.ResetError({ cause })).cause).toStrictEqual({
      message: 'odd',
      fatal: false,
    });
  });

  it('ends, though an error is its own cause', () => {
    const error = new errors.ResetError();
    error.cause = error;
    expect(depth(errorData(error))).toBe(8);
  });

  it.each<[string, unknown]>([
    ['an error with a cause', new errors.StoreError({ cause: systemError() })],
    ['a limit that is off', new errors.IdleTimeoutError(Infinity)],
    ['an error of somebody else', new TypeError('x is no function')],
    ['an AggregateError', new AggregateError([systemError()], 'all failed')],
    ['a DOMException', new DOMException('aborted', 'AbortError')],
  ])('survives JSON and a clone: %s', (_, error) => {
    const data = errorData(error);
    expect(JSON.parse(JSON.stringify(data))).toStrictEqual(data);
    expect(structuredClone(data)).toEqual(data);
  });

  it('leads back to the error itself, in the same process', () => {
    const error = new errors.ResetError({ cause: systemError() });
    const data = errorData(error);
    expect(originalError(data)).toBe(error);
    expect(originalError(structuredClone(data))).toBeUndefined();
  });
});
