import type { ErrorCode } from '../errors.js';
import type { Hook, Refused } from '../server/events.js';

/** Whether a transfer can fail with an error of this code. The others are of a start, of a client or of an operator. */
const FAILS_TRANSFER = {
  ...{ CHECK: true, COMMAND: true, IDLE: true, INTERNAL: true, NO_ROOM: true, QUOTA: true },
  ...{ RESET: true, SHUTDOWN: true, STORE: true, TLS: true },
  ...{ TOO_LARGE: true, TOO_LONG: true, TOO_SLOW: true, WORKER: true },
  ...{ CLOSED_EARLY: false, CONNECT_TIMEOUT: false, DIRECTORY: false, DIRECTORY_IN_USE: false },
  ...{ LISTEN: false, LOOKUP: false, NO_INPUT: false, OPEN_FILES: false, PROXY: false },
  ...{ READ: false, RECEIPT: false, STALLED: false, STREAM: false, TRUNCATED: false },
  ...{ UNCONFIRMED: false, UNKNOWN_HOST: false, UNREACHABLE: false, USAGE: false },
} as const satisfies Readonly<Record<ErrorCode, boolean>>;

type FailsTransfer = typeof FAILS_TRANSFER;

/** Why a transfer fails. */
export type FailureReason = {
  [Code in ErrorCode]: FailsTransfer[Code] extends true ? Code : never;
}[ErrorCode];

/** What becomes of a command of `--exec`. */
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

/** All words of a union: the compiler reports one that is missing. */
function words<Word extends string>(all: Readonly<Record<Word, true>>): readonly string[] {
  return Object.keys(all);
}
