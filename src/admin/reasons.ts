import type { ErrorCode } from '../errors.js';
import type { Hook, Refused } from '../server/events.js';

/** Whether a transfer can fail with an error of a code. The others are of a start, of the client or of operators. */
const FAILS_TRANSFER = {
  ...{ CHECK: true, COMMAND: true, IDLE: true, INTERNAL: true, NO_ROOM: true, QUOTA: true },
  ...{ RESET: true, SHUTDOWN: true, STORE: true, TLS: true },
  ...{ TOO_LARGE: true, TOO_LONG: true, TOO_SLOW: true, WORKER: true },
  ...{ CLOSED_EARLY: false, CONNECT_TIMEOUT: false, DIRECTORY: false, DIRECTORY_IN_USE: false },
  ENGINE: false,
  ...{ LISTEN: false, LOOKUP: false, NO_INPUT: false, OPEN_FILES: false, PROXY: false },
  ...{ READ: false, RECEIPT: false, STALLED: false, STREAM: false, TRUNCATED: false },
  ...{ UNCONFIRMED: false, UNKNOWN_HOST: false, UNREACHABLE: false, USAGE: false },
} as const satisfies Readonly<Record<ErrorCode, boolean>>;

type FailsTransfer = typeof FAILS_TRANSFER;

/** The codes of errors with which a transfer fails. */
export type FailureReason = {
  [Code in ErrorCode]: FailsTransfer[Code] extends true ? Code : never;
}[ErrorCode];

/** How a command of `--exec` ends, or why it does not run. */
export type CommandResult = 'SUCCESS' | 'FAILURE' | NonNullable<Hook['reason']>;

export const FAILURES: readonly string[] = Object.entries(FAILS_TRANSFER).flatMap(
  ([code, fails]) => (fails ? [code] : []),
);

export const REFUSALS = words<Refused['reason']>({
  ...{ COUNT: true, DENIED: true, MAX_CONNECTIONS: true, MAX_PER_HOST: true },
  ...{ MAX_RATE_PER_HOST: true, OPEN_FILES: true, PROXY: true, TLS: true, TLS_NAME: true },
  UNKNOWN_PEER: true,
});

export const COMMAND_RESULTS = words<CommandResult>({
  ...{ SUCCESS: true, FAILURE: true, COMMAND: true, QUEUE_FULL: true, SHUTDOWN: true },
});

/** Returns all words of a union. The compiler reports a missing one. */
function words<Word extends string>(all: Readonly<Record<Word, true>>): readonly string[] {
  return Object.keys(all);
}
