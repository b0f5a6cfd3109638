import { constants } from 'node:os';
import { explain, statusOf } from '../../src/cli/explain.js';
import { UsageError } from '../../src/cli/usageError.js';
import * as errors from '../../src/errors.js';

/** An error as system calls throw it. */
const systemError = (code: keyof typeof constants.errno): Error =>
  Object.assign(new Error(`${code}: in its own words, call 'path'`), {
    code,
    errno: -constants.errno[code],
  });

const because = (code: keyof typeof constants.errno) => ({ cause: systemError(code) });

/** The errors that end a program, each with its line and its exit status. */
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
  [new errors.CheckError('infected', { status: 1 }), 'refused by --check: infected', 1],
  [
    new errors.CheckError('not done within 60000 ms', { due: 60_000 }),
    '--check took longer than 1 min',
    1,
  ],
  [new errors.CheckError('late', { signal: 'SIGKILL' }), '--check was ended by SIGKILL', 1],
  [
    new errors.CheckError('not started', {}, because('EAGAIN')),
    '--check cannot be run: resource temporarily unavailable',
    1,
  ],
  [
    new errors.CommandError(because('ENOENT')),
    'the command cannot be run: no such file or directory',
    1,
  ],
  [
    new errors.TlsError({ cause: Object.assign(new Error('no cipher'), { reason: 5 }) }),
    'TLS failed: no cipher',
    69,
  ],
  [
    new errors.TlsError({ cause: new Error('got a BAD_RECORD') }),
    'TLS failed: got a BAD_RECORD',
    69,
  ],
  ...[
    ["IP: 127.0.0.1 is not in the cert's list: ", 'is not for 127.0.0.1'],
    ["IP: ::1 is not in the cert's list: 127.0.0.1", 'is for 127.0.0.1, and not for ::1'],
    [
      "Host: a.example. is not in the cert's altnames: DNS:b.example, DNS:c.example",
      'is for DNS:b.example, DNS:c.example, and not for a.example',
    ],
    ["Host: a.example. is not cert's CN: b", 'is for b, and not for a.example'],
  ].map(
    ([reason, text = '']) =>
      [
        new errors.TlsError({ cause: Object.assign(new Error('no'), { reason }) }),
        `TLS failed: the certificate ${text}`,
        69,
      ] as const,
  ),
  [new errors.TlsError({ cause: new Error('EOF too early') }), 'TLS failed: EOF too early', 69],
  [
    new errors.ListenError({ fd: 3 }, because('EINVAL')),
    'cannot listen on the socket that was passed: invalid argument',
    69,
  ],
  [new errors.ListenError(5000), 'cannot listen on port 5000: reason unknown', 69],
  [
    new errors.ListenError(5000, because('EADDRINUSE')),
    'cannot listen on port 5000: address already in use',
    69,
  ],
  [
    new errors.ListenError(5000, { ...because('EADDRNOTAVAIL'), host: '192.0.2.1' }),
    'cannot listen on 192.0.2.1 port 5000: address not available',
    69,
  ],
  [
    new errors.ListenError(5000, {
      cause: Object.assign(new Error('EAI_AGAIN'), { errno: -3001, syscall: 'getaddrinfo' }),
      host: 'a\x1bhost',
    }),
    'cannot listen on a\\x1bhost port 5000: its address cannot be looked up: temporary failure',
    69,
  ],
  [
    new errors.ClosedEarlyError(),
    'the receiver ended the connection before the file was sent, which confirms nothing (--no-confirm is for receivers that do so and keep reading)',
    69,
  ],
  [
    new errors.StalledError(300),
    'the receiver accepted no data for 300 ms; the file is not saved',
    75,
  ],
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
    'cannot save files in inbox: not a directory',
    73,
  ],
  [
    new errors.DirectoryError('inbox', { cause: new TypeError('it is no directory') }),
    'cannot save files in inbox: it is no directory',
    73,
  ],
  [
    new errors.DirectoryInUseError('inbox', because('EADDRINUSE')),
    'inbox is in use by another server',
    73,
  ],
  [new errors.StoreError(because('ENOSPC')), 'cannot save the file: no space left on device', 74],
  [
    new errors.OpenFilesError(20),
    'only 20 files may be open at once (ulimit -n), which is too few to save any',
    74,
  ],
  [new errors.NoRoomError(67_108_864), 'less than 64 MiB of disk space is free (--min-free)', 74],
  [
    new errors.QuotaError('maxTotal', 1_073_741_824),
    'the files would have more than 1 GiB together (--max-total)',
    74,
  ],
  [
    new errors.QuotaError('maxFiles', 1_000),
    'there would be more than 1000 files (--max-files)',
    74,
  ],
  [
    new errors.ReceiptError('', '3 ab'),
    'the server sent no receipt (does it run with --receipt, or has a proxy lost it?); the file may not be saved',
    65,
  ],
  [
    new errors.ReceiptError('OK 1 2 ab', '3 ab'),
    'the receipt does not match; the file is not saved as it was sent',
    65,
  ],
  [new errors.WorkerError({ pid: 7, signal: 'SIGKILL' }), 'its worker ended (SIGKILL)', 74],
  [new errors.WorkerError({ pid: 7, status: 1 }), 'its worker ended (status 1)', 74],
  [new errors.WorkerError({ pid: 7 }), 'its worker ended (status unknown)', 74],
  [
    new errors.WorkerError({ pid: 0 }, { cause: new Error('spawn node EAGAIN') }),
    'a worker cannot be started: spawn node EAGAIN',
    74,
  ],
  // The programs use neither Node streams nor frames.
  [new errors.StreamError(), 'a bug in rxdrop: StreamError: the stream failed', 70],
  [new errors.TruncatedError(), 'a bug in rxdrop: TruncatedError: ended within a frame', 70],
  [new TypeError('x is no function'), 'a bug in rxdrop: TypeError: x is no function', 70],
];

/** The errors that end one transfer, but not the server. */
const FAILURES: readonly (readonly [Error, string])[] = [
  [new errors.IdleTimeoutError(10_000), 'no data for 10 s'],
  [new errors.TooLargeError(1_048_576), 'larger than 1 MiB (--max-size)'],
  [new errors.TooLargeError(1_000_000), 'larger than 1 MB (--max-size)'],
  [new errors.TooSlowError(1_024), 'slower than 1 KiB/s (--min-rate)'],
  [new errors.TooLongError(30_000), 'not done within 30 s (--max-duration)'],
  [new errors.ProxyHeaderError('incomplete'), 'its PROXY header is incomplete (--proxy-protocol)'],
  [new errors.ShutdownError(), 'the server was stopped'],
];

const LINES = [...ENDINGS, ...FAILURES].map(([error, line]) => [error.name, line, error] as const);

describe('explain', () => {
  it.each(LINES)('describes a %s: %s', (_, line, error) => {
    expect(explain(error)).toBe(line);
  });

  it('describes every error of the library', () => {
    const known = new Set(LINES.map(([name]) => name));
    const { RxdropError, ...concrete } = errors;
    expect(RxdropError).toBeDefined();
    expect(Object.keys(concrete).filter((name) => !known.has(name))).toStrictEqual([]);
  });

  it('stays on one line and controls no terminal, whatever a name contains', () => {
    const file = new errors.NoInputError('a\nERROR: b\u001b[2J', because('ENOENT'));
    const host = new errors.UnknownHostError('no\rhost');
    expect(explain(file)).toBe('cannot open a\\x0aERROR: b\\x1b[2J: no such file or directory');
    expect(explain(host)).toBe('unknown host no\\x0dhost');
  });

  it.each([[undefined], [null], ['a text'], [{ message: 5 }]])(
    'reports that the reason is unknown if %j is the cause',
    (cause) => {
      const error = new errors.NoInputError('a.bin', { cause });
      expect(explain(error)).toBe('cannot open a.bin: reason unknown');
    },
  );

  it.each([
    ['a text', 'a text'],
    [undefined, 'undefined'],
    [{ code: 'RESET' }, '[object Object]'],
  ])('calls %j a bug', (thrown, text) => {
    expect(explain(thrown)).toBe(`a bug in rxdrop: ${text}`);
  });
});

describe('statusOf', () => {
  it.each(ENDINGS.map(([error, line, status]) => [error.name, status, line, error] as const))(
    'takes a %s for %d: %s',
    (_, status, _line, error) => {
      expect(statusOf(error)).toBe(status);
    },
  );

  it.each([['a text'], [undefined], [{ code: 'RESET' }]])('returns 70 for %j', (thrown) => {
    expect(statusOf(thrown)).toBe(70);
  });

  it.each(FAILURES.map(([error]) => [error.name, error] as const))(
    'takes a %s for a transfer that is not saved: 1',
    (_, error) => {
      expect(statusOf(error)).toBe(1);
    },
  );

  it('returns 70 for an error of another library that has a code', () => {
    const error = Object.assign(new errors.StoreError(), { code: 'toString' });
    expect(statusOf(error)).toBe(70);
    expect(explain(error)).toBe('a bug in rxdrop: StoreError: the file could not be saved');
  });
});
