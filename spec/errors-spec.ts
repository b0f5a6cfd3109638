import * as errors from '../src/errors.js';

const CAUSE = new Error('what the system said');
const BECAUSE = { cause: CAUSE };

type Row = [error: errors.RxdropError, code: string, facts?: object];

/** What we find out ourselves. A code, once published, stays. */
const OURS: readonly Row[] = [
  [new errors.IdleTimeoutError(10_000), 'IDLE', { due: 10_000 }],
  [new errors.TooLargeError(9), 'TOO_LARGE', { limit: 9 }],
  [new errors.TruncatedError(), 'TRUNCATED'],
  [new errors.TooSlowError(9), 'TOO_SLOW', { rate: 9 }],
  [new errors.TooLongError(9), 'TOO_LONG', { due: 9 }],
  [new errors.NoRoomError(9), 'NO_ROOM', { minFree: 9 }],
  [new errors.QuotaError('maxFiles', 9), 'QUOTA', { option: 'maxFiles', limit: 9 }],
  [new errors.OpenFilesError(20), 'OPEN_FILES', { limit: 20 }],
  [new errors.ReceiptError('OK', '3 ab'), 'RECEIPT', { answer: 'OK', expected: '3 ab' }],
  [new errors.ProxyHeaderError('missing'), 'PROXY', { problem: 'missing' }],
  [new errors.ShutdownError(), 'SHUTDOWN'],
  [
    new errors.CheckError('infected', { status: 1, output: 'infected\n' }),
    'CHECK',
    { status: 1, signal: undefined, due: undefined, output: 'infected\n' },
  ],
  [new errors.ClosedEarlyError(), 'CLOSED_EARLY'],
  [
    new errors.WorkerError({ pid: 7, signal: 'SIGKILL' }),
    'WORKER',
    { pid: 7, status: undefined, signal: 'SIGKILL' },
  ],
  [new errors.ConnectTimeoutError(10_000), 'CONNECT_TIMEOUT', { due: 10_000 }],
  [new errors.StalledError(10_000), 'STALLED', { due: 10_000 }],
  [new errors.UnconfirmedError(10_000), 'UNCONFIRMED', { due: 10_000 }],
];

/** The error of another part of the system. */
const CAUSED: readonly Row[] = [
  [new errors.ResetError(BECAUSE), 'RESET'],
  [new errors.StreamError(BECAUSE), 'STREAM'],
  [new errors.TlsError(BECAUSE), 'TLS'],
  [new errors.UnknownHostError('nowhere', BECAUSE), 'UNKNOWN_HOST', { host: 'nowhere' }],
  [new errors.LookupError('nowhere', BECAUSE), 'LOOKUP', { host: 'nowhere' }],
  [new errors.UnreachableError('here', 9, BECAUSE), 'UNREACHABLE', { host: 'here', port: 9 }],
  [new errors.NoInputError('a.bin', BECAUSE), 'NO_INPUT', { path: 'a.bin' }],
  [new errors.ReadError('a.bin', BECAUSE), 'READ', { path: 'a.bin' }],
  [
    new errors.ListenError(9, { ...BECAUSE, host: 'here' }),
    ...(['LISTEN', { port: 9, host: 'here' }] as const),
  ],
  [new errors.DirectoryError('in', BECAUSE), 'DIRECTORY', { path: 'in' }],
  [new errors.DirectoryInUseError('in', BECAUSE), 'DIRECTORY_IN_USE', { path: 'in' }],
  [new errors.StoreError(BECAUSE), 'STORE'],
  [new errors.CommandError(BECAUSE), 'COMMAND'],
];

const ALL = [...OURS, ...CAUSED];
const className = (error: errors.RxdropError) => error.constructor.name;
const named = (rows: readonly Row[]) =>
  rows.map(([error, code, facts]) => ({ name: className(error), error, code, facts }));

describe('errors', () => {
  it('are all in this list', () => {
    const listed = ['RxdropError', ...ALL.map(([error]) => className(error))];
    expect(listed.toSorted()).toStrictEqual(Object.keys(errors).toSorted());
  });

  it('have a code each', () => {
    expect(new Set(ALL.map(([{ code }]) => code)).size).toBe(ALL.length);
  });

  it.each(named(ALL))('$name is an RxdropError of its name, code and facts', (row) => {
    const { name, error, code, facts } = row;
    expect(error).toBeInstanceOf(errors.RxdropError);
    expect(Object.fromEntries(Object.entries(error))).toStrictEqual({ name, code, ...facts });
  });

  it.each(named(CAUSED))('$name keeps its cause', ({ error }) => {
    expect(error.cause).toBe(CAUSE);
  });
});
