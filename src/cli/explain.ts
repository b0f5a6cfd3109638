import { getSystemErrorMap } from 'node:util';
import {
  ClosedEarlyError,
  ConnectTimeoutError,
  DirectoryError,
  DirectoryInUseError,
  IdleTimeoutError,
  ListenError,
  NoInputError,
  NoRoomError,
  OpenFilesError,
  ReadError,
  ReceiptError,
  ResetError,
  RxdropError,
  ShutdownError,
  StalledError,
  StoreError,
  TlsError,
  TooLargeError,
  TooLongError,
  TooSlowError,
  UnconfirmedError,
  UnknownHostError,
  UnreachableError,
} from '../errors.js';
import { oneLine } from './oneLine.js';
import { duration, quantity } from './units.js';
import { UsageError } from './usageError.js';

/** An error in words for people, in one line. */
export function explain(error: unknown): string {
  return oneLine(inWords(error));
}

/** The exit status that an error leads to (sysexits.h). */
export function statusOf(error: unknown): number {
  if (error instanceof ListenError) return errnoName(error.cause) === 'EACCES' ? 77 : 69;
  return error instanceof RxdropError ? (STATUS[error.code] ?? 70) : 70;
}

const STATUS: Readonly<Record<string, number>> = {
  USAGE: 64,
  RECEIPT: 65,
  NO_INPUT: 66,
  UNKNOWN_HOST: 68,
  UNREACHABLE: 69,
  RESET: 69,
  CLOSED_EARLY: 69,
  TLS: 69,
  DIRECTORY: 73,
  DIRECTORY_IN_USE: 73,
  READ: 74,
  STORE: 74,
  NO_ROOM: 74,
  OPEN_FILES: 74,
  CONNECT_TIMEOUT: 75,
  STALLED: 75,
  UNCONFIRMED: 75,
};

function inWords(error: unknown): string {
  if (error instanceof UsageError) return error.message;
  if (error instanceof NoInputError) return `cannot open ${error.path}: ${reason(error.cause)}`;
  if (error instanceof ReadError) return `cannot read ${error.path}: ${reason(error.cause)}`;
  if (error instanceof UnknownHostError) return `unknown host ${error.host}`;
  if (error instanceof UnreachableError)
    return `cannot connect to ${error.host} port ${error.port}: ${reason(error.cause)}`;
  if (error instanceof ConnectTimeoutError) return `not connected within ${duration(error.due)}`;
  if (error instanceof ResetError) return 'the connection was reset; the file is not saved';
  if (error instanceof TlsError) return `TLS failed: ${reason(error.cause)}`;
  if (error instanceof ClosedEarlyError)
    return 'the receiver ended the connection before the file was sent, which confirms nothing (--no-confirm is for receivers that do so and keep reading)';
  if (error instanceof StalledError)
    return `the receiver took nothing for ${duration(error.due)}; the file is not saved`;
  if (error instanceof UnconfirmedError)
    return `sent, but not confirmed within ${duration(error.due)}; the file may not be saved`;
  if (error instanceof ListenError)
    return `cannot listen on port ${error.port}: ${reason(error.cause)}`;
  if (error instanceof OpenFilesError)
    return `only ${error.limit} files may be open at once (ulimit -n), which is too few to save any`;
  if (error instanceof DirectoryError)
    return `cannot keep files in ${error.path}: ${reason(error.cause)}`;
  if (error instanceof DirectoryInUseError) return `${error.path} is in use by another server`;
  if (error instanceof StoreError) return `cannot keep the file: ${reason(error.cause)}`;
  if (error instanceof ReceiptError)
    return error.answer === ''
      ? 'the server gave no receipt (its --receipt); the file may not be saved'
      : 'the receipt does not match; the file is not saved as it was sent';
  if (error instanceof NoRoomError) return `fewer than ${quantity(error.least)} of disk are free`;
  if (error instanceof TooSlowError) return `slower than ${quantity(error.rate)}/s`;
  if (error instanceof TooLongError) return `not done within ${duration(error.due)}`;
  if (error instanceof IdleTimeoutError) return `no data for ${duration(error.due)}`;
  if (error instanceof TooLargeError) return `larger than ${quantity(error.limit)}`;
  if (error instanceof ShutdownError) return 'the server was stopped';
  return `a bug of rxdrop: ${String(error)}`;
}

/** The system's words for an error of its own: "no such file or directory". */
function reason(cause: unknown): string {
  if (!(cause instanceof Error)) return 'reason unknown';
  // OpenSSL's own messages begin with the place in its source.
  if ('reason' in cause && typeof cause.reason === 'string') return cause.reason;
  const errno = 'errno' in cause ? getSystemErrorMap().get(Number(cause.errno)) : undefined;
  if (errno) return errno[1];
  // Node tells by a code why it does not trust a client: CERT_HAS_EXPIRED.
  return /^[A-Z_]+$/.test(cause.message)
    ? cause.message.toLowerCase().replaceAll('_', ' ')
    : cause.message;
}

const errnoName = (cause: unknown): unknown =>
  cause instanceof Error && 'code' in cause ? cause.code : undefined;
