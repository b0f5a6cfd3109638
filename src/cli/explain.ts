import { getSystemErrorMap } from 'node:util';
import type * as errors from '../errors.js';
import { type ErrorCode, ListenError, RxdropError } from '../errors.js';
import type { ErrorData } from '../errorData.js';
import { escapeControls } from '../node/escapeControls.js';
import { formatDuration, formatBytes } from './units.js';
import type { UsageError } from './usageError.js';

/** Describes an error, or its data, for people, in one line. */
export const explain = (error: unknown): string => escapeControls(describeError(error));

/** Returns the exit status for an error (sysexits.h). */
export function statusOf(error: unknown): number {
  if (error instanceof ListenError && isForbidden(error.cause)) return EX_NOPERM;
  return isKnown(error) ? STATUS[error.code] : EX_SOFTWARE;
}

export const EX_SOFTWARE = 70;
const EX_NOPERM = 77;

const STATUS = {
  USAGE: 64,
  RECEIPT: 65,
  NO_INPUT: 66,
  UNKNOWN_HOST: 68,
  CLOSED_EARLY: 69,
  LISTEN: 69,
  RESET: 69,
  TLS: 69,
  UNREACHABLE: 69,
  DIRECTORY: 73,
  DIRECTORY_IN_USE: 73,
  NO_ROOM: 74,
  OPEN_FILES: 74,
  QUOTA: 74,
  READ: 74,
  STORE: 74,
  WORKER: 74,
  CONNECT_TIMEOUT: 75,
  LOOKUP: 75,
  STALLED: 75,
  UNCONFIRMED: 75,
  // Errors of one transfer, which do not end the server.
  IDLE: 1,
  PROXY: 1,
  SHUTDOWN: 1,
  TOO_LARGE: 1,
  TOO_LONG: 1,
  TOO_SLOW: 1,
  CHECK: 1,
  COMMAND: 1,
  // The programs use neither Node streams nor frames.
  INTERNAL: EX_SOFTWARE,
  STREAM: EX_SOFTWARE,
  TRUNCATED: EX_SOFTWARE,
} as const satisfies Record<ErrorCode, number>;

const TEXT = {
  USAGE: ({ message }) => message,
  NO_INPUT: ({ path, cause }) => `cannot open ${path}: ${describeCause(cause)}`,
  READ: ({ path, cause }) => `cannot read ${path}: ${describeCause(cause)}`,
  UNKNOWN_HOST: ({ host }) => `unknown host ${host}`,
  LOOKUP: ({ host, cause }) => `cannot look up ${host}: ${describeCause(cause)}`,
  UNREACHABLE: ({ host, port, cause }) =>
    `cannot connect to ${host} port ${port}: ${describeCause(cause)}`,
  CONNECT_TIMEOUT: ({ due }) => `not connected within ${formatDuration(due)}`,
  RESET: () => 'the connection was reset; the file is not saved',
  CHECK: describeCheck,
  COMMAND: ({ cause }) => `the command cannot be run: ${describeCause(cause)}`,
  TLS: ({ cause }) => `TLS failed: ${describeCause(cause)}`,
  CLOSED_EARLY: () =>
    'the receiver ended the connection before the file was sent, which confirms nothing (--no-confirm is for receivers that do so and keep reading)',
  STALLED: ({ due }) =>
    `the receiver accepted no data for ${formatDuration(due)}; the file is not saved`,
  UNCONFIRMED: ({ due }) =>
    `sent, but not confirmed within ${formatDuration(due)}; the file may not be saved`,
  LISTEN: ({ port, cause }) =>
    `cannot listen on ${typeof port === 'number' ? `port ${port}` : 'the socket that was passed'}: ${describeCause(cause)}`,
  OPEN_FILES: ({ limit }) =>
    `only ${limit} files may be open at once (ulimit -n), which is too few to save any`,
  DIRECTORY: ({ path, cause }) => `cannot save files in ${path}: ${describeCause(cause)}`,
  DIRECTORY_IN_USE: ({ path }) => `${path} is in use by another server`,
  STORE: ({ cause }) => `cannot save the file: ${describeCause(cause)}`,
  RECEIPT: ({ answer }) =>
    answer === ''
      ? 'the server sent no receipt (is it running with --receipt?); the file may not be saved'
      : 'the receipt does not match; the file is not saved as it was sent',
  NO_ROOM: ({ minFree }) => `less than ${formatBytes(minFree)} of disk space is free`,
  QUOTA: ({ option, limit }) =>
    option === 'maxTotal'
      ? `the files would have more than ${formatBytes(limit)} together (--max-total)`
      : `there would be more than ${limit} files (--max-files)`,
  TOO_SLOW: ({ rate }) => `slower than ${formatBytes(rate)}/s`,
  TOO_LONG: ({ due }) => `not done within ${formatDuration(due)}`,
  IDLE: ({ due }) => `no data for ${formatDuration(due)}`,
  TOO_LARGE: ({ limit }) => `larger than ${formatBytes(limit)}`,
  PROXY: ({ problem }) =>
    problem === 'unexpected'
      ? 'it begins with a PROXY header, but its address is not in a network of --proxy-protocol'
      : `its PROXY header is ${problem} (--proxy-protocol)`,
  SHUTDOWN: () => 'the server was stopped',
  INTERNAL: ({ message }: ErrorData) => `a bug in rxdrop: ${message}`,
  WORKER: describeWorker,
  STREAM: describeBug,
  TRUNCATED: describeBug,
} satisfies { [Code in ErrorCode]: (error: ErrorOf<Code>) => string };

type ErrorOf<Code> = Extract<UsageError | Thrown, { code: Code }>;
type Thrown = InstanceType<(typeof errors)[keyof Omit<typeof errors, 'RxdropError'>]>;

function describeError(error: unknown): string {
  if (!isKnown(error)) return describeBug(error);
  const text: (error: never) => string = TEXT[error.code];
  return text(error as never);
}

function describeCheck({ message, signal, due, cause }: ErrorOf<'CHECK'>): string {
  if (due !== undefined) return `--check took longer than ${formatDuration(due)}`;
  if (signal !== undefined) return `--check was ended by ${signal}`;
  if (cause !== undefined) return `--check cannot be run: ${describeCause(cause)}`;
  return `refused by --check: ${message}`;
}

/** Describes the end of a worker, also of one that could not be started. */
function describeWorker({ status, signal, cause }: ErrorOf<'WORKER'>): string {
  if (cause !== undefined) return `a worker cannot be started: ${describeCause(cause)}`;
  return `its worker ended (${signal ?? `status ${status ?? 'unknown'}`})`;
}

/** Errors of other libraries may have a `code`, too. Data always has one of ours. */
const isKnown = (error: unknown): error is RxdropError | ErrorData =>
  (error instanceof RxdropError || isData(error)) && Object.hasOwn(TEXT, error.code);

const isData = (error: unknown): error is ErrorData =>
  hasMessage(error) && 'code' in error && !(error instanceof Error);

function describeBug(error: unknown): string {
  return `a bug in rxdrop: ${String(error)}`;
}

/** Describes the cause of an error; for a system error, as the system does: "no such file or directory". */
export function describeCause(cause: unknown): string {
  if (!hasMessage(cause)) return 'reason unknown';
  // OpenSSL's messages begin with a place in its source, but its `reason` does not.
  if ('reason' in cause && typeof cause.reason === 'string') return cause.reason;
  const errno = 'errno' in cause ? getSystemErrorMap().get(Number(cause.errno)) : undefined;
  if (errno) return errno[1];
  // If Node does not trust a client, its message is only a code: CERT_HAS_EXPIRED.
  return /^[A-Z_]+$/.test(cause.message)
    ? cause.message.toLowerCase().replaceAll('_', ' ')
    : cause.message;
}

const hasMessage = (cause: unknown): cause is { readonly message: string } =>
  typeof cause === 'object' &&
  cause !== null &&
  'message' in cause &&
  typeof cause.message === 'string';

const isForbidden = (cause: unknown): boolean =>
  hasMessage(cause) && 'code' in cause && ['EACCES', 'EPERM'].includes(String(cause.code));
