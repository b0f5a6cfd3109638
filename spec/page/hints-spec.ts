import { explain } from '../../src/cli/explain.js';
import { refusalText } from '../../src/cli/outputs/refusalText.js';
import { errorData } from '../../src/errorData.js';
import * as errors from '../../src/errors.js';
import { hintFor } from '../../src/page/hints.js';
import { refused, STAMP } from '../support/events.js';

const ERRORS = [
  new errors.CheckError('no', { status: 1 }),
  new errors.CommandError(),
  new errors.IdleTimeoutError(10_000),
  new errors.NoRoomError(1),
  new errors.ProxyHeaderError('missing'),
  new errors.QuotaError('maxTotal', 1),
  new errors.QuotaError('maxFiles', 1),
  new errors.ResetError(),
  new errors.ShutdownError(),
  new errors.StoreError(),
  new errors.TlsError(),
  new errors.TooLargeError(1),
  new errors.TooLongError(1),
  new errors.TooSlowError(1),
  new errors.WorkerError({ pid: 1, signal: 'SIGKILL' }),
];

const REFUSALS = [
  ...(['COUNT', 'DENIED', 'MAX_CONNECTIONS', 'MAX_PER_HOST', 'MAX_RATE_PER_HOST'] as const),
  ...(['OPEN_FILES', 'TLS_NAME', 'UNKNOWN_PEER'] as const),
];

const TEXTS = [
  ...ERRORS.map((error) => [error.code, explain(errorData(error))] as const),
  ...REFUSALS.map((reason) => [reason, refusalText({ ...STAMP, ...refused(reason) })] as const),
];

const optionsIn = (text: string) => text.match(/--[a-z-]+|ulimit/g) ?? [];

describe('hintFor', () => {
  it.each(TEXTS)('adds to the text of %s an option that it does not name: %s', (reason, text) => {
    const named = new Set(optionsIn(text));
    expect(optionsIn(hintFor(reason) ?? '').filter((option) => named.has(option))).toStrictEqual(
      [],
    );
  });

  it.each(TEXTS)('leaves no reason without a way to change it: %s, %s', (reason, text) => {
    expect(`${text} ${hintFor(reason) ?? ''}`).toMatch(/--|Look|ulimit|left/);
  });

  it('returns nothing for a reason of a later version', () => {
    expect(hintFor('LATER')).toBeUndefined();
  });
});
