import * as errors from '../../src/index.js';
import { isTransient } from '../../src/client/isTransient.js';

const certificate = Object.assign(new Error('expired'), { code: 'CERT_HAS_EXPIRED' });

describe('isTransient', () => {
  it.each([
    [new errors.UnreachableError('localhost', 5000)],
    [new errors.ConnectTimeoutError(10_000)],
    [new errors.LookupError('localhost')],
    [new errors.ResetError()],
    [new errors.ClosedEarlyError()],
    [new errors.StalledError(10_000)],
    [new errors.UnconfirmedError(10_000)],
    [new errors.ReceiptError('', '5 ab')],
    [new errors.TlsError({ cause: new errors.ResetError() })],
  ])('is true for %s', (error) => {
    expect(isTransient(error)).toBe(true);
  });

  it.each([
    [new errors.NoInputError('a.bin')],
    [new errors.ReadError('a.bin')],
    [new errors.ReadError('a.bin', { cause: new errors.ResetError() })],
    [new errors.UnknownHostError('localhost')],
    [new errors.ReceiptError('OK 1 2 ab', '5 ab')],
    [new errors.ReceiptError('OK', '5 ab')],
    [new errors.TlsError({ cause: certificate })],
    [new Error('a bug')],
  ])('is false for %s', (error) => {
    expect(isTransient(error)).toBe(false);
  });
});
