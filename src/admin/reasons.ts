import type { ErrorCode } from '../errors.js';
import type { Refused } from '../server/events.js';

/** The codes of errors with which a transfer of a server fails. */
export type FailureReason = Exclude<ErrorCode, ClientCode | LibraryCode | StartCode>;

/** The reasons for which a connection is refused. */
export type RefusalReason = Refused['reason'];

type ClientCode =
  | 'CLOSED_EARLY'
  | 'CONNECT_TIMEOUT'
  | 'LOOKUP'
  | 'NO_INPUT'
  | 'READ'
  | 'RECEIPT'
  | 'STALLED'
  | 'UNCONFIRMED'
  | 'UNKNOWN_HOST'
  | 'UNREACHABLE';

/** No transfer reads a Node stream or splits frames, and a connection with a bad PROXY header is refused. */
type LibraryCode = 'PROXY' | 'STREAM' | 'TRUNCATED';

type StartCode = 'DIRECTORY' | 'DIRECTORY_IN_USE' | 'LISTEN' | 'OPEN_FILES' | 'USAGE';

export const FAILURE_REASONS: readonly string[] = Object.keys({
  CHECK: true,
  COMMAND: true,
  IDLE: true,
  INTERNAL: true,
  NO_ROOM: true,
  QUOTA: true,
  RESET: true,
  SHUTDOWN: true,
  STORE: true,
  TLS: true,
  TOO_LARGE: true,
  TOO_LONG: true,
  TOO_SLOW: true,
} satisfies Record<FailureReason, true>);

export const REFUSAL_REASONS: readonly string[] = Object.keys({
  COUNT: true,
  DENIED: true,
  MAX_CONNECTIONS: true,
  MAX_PER_HOST: true,
  MAX_RATE_PER_HOST: true,
  OPEN_FILES: true,
  PROXY: true,
  TLS: true,
  TLS_NAME: true,
  UNKNOWN_PEER: true,
} satisfies Record<RefusalReason, true>);
