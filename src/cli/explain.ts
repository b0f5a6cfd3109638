import type * as errors from '../errors.js';
import { type ErrorCode, ListenError, RxdropError } from '../errors.js';
import type { ErrorData } from '../errorData.js';
import { escapeControls } from '../node/escapeControls.js';
import { describeCause, hasMessage, isLookup } from './describeCause.js';
import { formatDuration, formatLimit } from './units.js';
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
  LISTEN: describeListen,
  OPEN_FILES: ({ limit }) =>
    `only ${limit} files may be open at once (ulimit -n), which is too few to save any`,
  DIRECTORY: ({ path, cause }) => `cannot save files in ${path}: ${describeCause(cause)}`,
  DIRECTORY_IN_USE: ({ path }) => `${path} is in use by another server`,
  STORE: ({ cause }) => `cannot save the file: ${describeCause(cause)}`,
  RECEIPT: ({ answer }) =>
    answer === ''
      ? 'the server sent no receipt (does it run with --receipt, or has a proxy lost it?); the file may not be saved'
      : 'the receipt does not match; the file is not saved as it was sent',
  NO_ROOM: ({ minFree }) => `less than ${formatLimit(minFree)} of disk space is free (--min-free)`,
  QUOTA: ({ option, limit }) =>
    option === 'maxTotal'
      ? `the files would have more than ${formatLimit(limit)} together (--max-total)`
      : `there would be more than ${limit} files (--max-files)`,
  TOO_SLOW: ({ rate }) => `slower than ${formatLimit(rate)}/s (--min-rate)`,
  TOO_LONG: ({ due }) => `not done within ${formatDuration(due)} (--max-duration)`,
  IDLE: ({ due }) => `no data for ${formatDuration(due)}`,
  TOO_LARGE: ({ limit }) => `larger than ${formatLimit(limit)} (--max-size)`,
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

function describeListen({ host, port, cause }: ErrorOf<'LISTEN'>): string {
  const where = host === undefined ? '' : `${host} `;
  const what = typeof port === 'number' ? `${where}port ${port}` : 'the socket that was passed';
  const lookup = isLookup(cause) ? 'its address cannot be looked up: ' : '';
  return `cannot listen on ${what}: ${lookup}${describeCause(cause)}`;
}

/** Errors of other libraries may have a `code`, too. Data always has one of ours. */
const isKnown = (error: unknown): error is RxdropError | ErrorData =>
  (error instanceof RxdropError || isData(error)) && Object.hasOwn(TEXT, error.code);

const isData = (error: unknown): error is ErrorData =>
  hasMessage(error) && 'code' in error && !(error instanceof Error);

function describeBug(error: unknown): string {
  return `a bug in rxdrop: ${String(error)}`;
}

const isForbidden = (cause: unknown): boolean =>
  hasMessage(cause) && 'code' in cause && ['EACCES', 'EPERM'].includes(String(cause.code));
