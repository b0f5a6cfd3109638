import { constants } from 'node:os';
import { explain, statusOf } from '../../src/cli/explain.js';
import { UsageError } from '../../src/cli/usageError.js';
import * as errors from '../../src/errors.js';

/** An error as the system's calls throw them. */
const systemError = (code: keyof typeof constants.errno): Error =>
  Object.assign(new Error(`${code}: in its own words, call 'path'`), {
    code,
    errno: -constants.errno[code],
  });

const because = (code: keyof typeof constants.errno) => ({ cause: systemError(code) });

/** What ends a program: the error, its line, and the status of SPEC 3. */
const ENDINGS: readonly (readonly [Error, string, number])[] = [
  [new UsageError('bad port "80x"'), 'bad port "80x"', 64],
  [
    new errors.NoInputError('a.bin', because('ENOENT')),
    'cannot open a.bin: no such file or directory',
    66,
  ],
  [new errors.ReadError('a.bin', because('EIO')), 'cannot read a.bin: i/o error', 74],
  [new errors.UnknownHostError('nowhere'), 'unknown host nowhere', 68],
  [
    new errors.LookupError('somewhere', {
      cause: Object.assign(new Error('getaddrinfo EAI_AGAIN'), {
        code: 'EAI_AGAIN',
        errno: -3_001,
      }),
    }),
    'cannot look up somewhere: temporary failure',
    75,
  ],
  [
    new errors.UnreachableError('localhost', 5000, because('ECONNREFUSED')),
    'cannot connect to localhost port 5000: connection refused',
    69,
  ],
  [new errors.ConnectTimeoutError(10_000), 'not connected within 10 s', 75],
  [
    new errors.ResetError(because('ECONNRESET')),
    'the connection was reset; the file is not saved',
    69,
  ],
  [
    new errors.TlsError({ cause: new Error('certificate has expired') }),
    'TLS failed: certificate has expired',
    69,
  ],
  [
    new errors.TlsError({
      cause: Object.assign(new Error('80A:error:0A0:SSL routines:a.c:9:'), {
        reason: 'wrong version number',
      }),
    }),
    'TLS failed: wrong version number',
    69,
  ],
  [
    new errors.ClosedEarlyError(),
    'the receiver ended the connection before the file was sent, which confirms nothing (--no-confirm is for receivers that do so and keep reading)',
    69,
  ],
  [new errors.StalledError(300), 'the receiver took nothing for 300 ms; the file is not saved', 75],
  [
    new errors.UnconfirmedError(90_000),
    'sent, but not confirmed within 1 min 30 s; the file may not be saved',
    75,
  ],
  [
    new errors.ListenError(5000, because('EADDRINUSE')),
    'cannot listen on port 5000: address already in use',
    69,
  ],
  [
    new errors.ListenError(80, because('EACCES')),
    'cannot listen on port 80: permission denied',
    77,
  ],
  [
    new errors.ListenError(80, because('EPERM')),
    'cannot listen on port 80: operation not permitted',
    77,
  ],
  [
    new errors.DirectoryError('inbox', because('ENOTDIR')),
    'cannot keep files in inbox: not a directory',
    73,
  ],
  [
    new errors.DirectoryError('inbox', { cause: new TypeError('it is no directory') }),
    'cannot keep files in inbox: it is no directory',
    73,
  ],
  [
    new errors.DirectoryInUseError('inbox', because('EADDRINUSE')),
    'inbox is in use by another server',
    73,
  ],
  [new errors.StoreError(because('ENOSPC')), 'cannot keep the file: no space left on device', 74],
  [
    new errors.OpenFilesError(20),
    'only 20 files may be open at once (ulimit -n), which is too few to save any',
    74,
  ],
  [new errors.NoRoomError(67_108_864), 'fewer than 64 MiB of disk are free', 74],
  [
    new errors.ReceiptError('', '3 ab'),
    'the server gave no receipt (its --receipt); the file may not be saved',
    65,
  ],
  [
    new errors.ReceiptError('OK 1 2 ab', '3 ab'),
    'the receipt does not match; the file is not saved as it was sent',
    65,
  ],
  // The programs use neither a stream of Node nor frames.
  [new errors.StreamError(), 'a bug of rxdrop: StreamError: the stream failed', 70],
  [new errors.TruncatedError(), 'a bug of rxdrop: TruncatedError: ended within a frame', 70],
  [new TypeError('x is no function'), 'a bug of rxdrop: TypeError: x is no function', 70],
];

/** What ends a transfer of the server, which goes on. */
const FAILURES: readonly (readonly [Error, string])[] = [
  [new errors.IdleTimeoutError(10_000), 'no data for 10 s'],
  [new errors.TooLargeError(1_048_576), 'larger than 1 MiB'],
  [new errors.TooSlowError(1_024), 'slower than 1 KiB/s'],
  [new errors.TooLongError(30_000), 'not done within 30 s'],
  [new errors.ProxyHeaderError('incomplete'), 'its PROXY header is incomplete (--proxy-protocol)'],
  [new errors.ShutdownError(), 'the server was stopped'],
];

const LINES = [...ENDINGS, ...FAILURES].map(([error, line]) => [error.name, line, error] as const);

describe('explain', () => {
  it.each(LINES)('puts a %s in words: %s', (_, line, error) => {
    expect(explain(error)).toBe(line);
  });

  it('knows every error of the library', () => {
    const known = new Set(LINES.map(([name]) => name));
    const { RxdropError, ...concrete } = errors;
    expect(RxdropError).toBeDefined();
    expect(Object.keys(concrete).filter((name) => !known.has(name))).toStrictEqual([]);
  });

  it('stays in one line and away from the terminal, whatever a name holds', () => {
    const file = new errors.NoInputError('a\nERROR: b\u001b[2J', because('ENOENT'));
    const host = new errors.UnknownHostError('no\rhost');
    expect(explain(file)).toBe('cannot open a\\x0aERROR: b\\x1b[2J: no such file or directory');
    expect(explain(host)).toBe('unknown host no\\x0dhost');
  });

  it('says so where the reason is not known', () => {
    expect(explain(new errors.NoInputError('a.bin'))).toBe('cannot open a.bin: reason unknown');
  });

  it.each([
    ['a text', 'a text'],
    [undefined, 'undefined'],
    [{ code: 'RESET' }, '[object Object]'],
  ])('calls %j a bug', (thrown, text) => {
    expect(explain(thrown)).toBe(`a bug of rxdrop: ${text}`);
  });
});

describe('statusOf', () => {
  it.each(ENDINGS.map(([error, line, status]) => [error.name, status, line, error] as const))(
    'takes a %s for %d: %s',
    (_, status, _line, error) => {
      expect(statusOf(error)).toBe(status);
    },
  );

  it.each([['a text'], [undefined], [{ code: 'RESET' }]])('takes %j for 70', (thrown) => {
    expect(statusOf(thrown)).toBe(70);
  });

  it.each(FAILURES.map(([error]) => [error.name, error] as const))(
    'takes a %s for a transfer that is not saved: 1',
    (_, error) => {
      expect(statusOf(error)).toBe(1);
    },
  );

  it('takes an error of somebody else, with a code of its own, for 70', () => {
    const error = Object.assign(new errors.StoreError(), { code: 'toString' });
    expect(statusOf(error)).toBe(70);
    expect(explain(error)).toBe('a bug of rxdrop: StoreError: the file could not be kept');
  });
});
