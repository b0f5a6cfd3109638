import type { FailureReason } from '../admin/reasons.js';
import type { Refused } from '../server/events.js';

/**
 * Returns where to look after a failure or a refusal, if its text does not name an option already; `undefined` for a
 * reason of a later version.
 */
export const hintFor = (reason: string): string | undefined =>
  isKnown(reason) ? HINTS[reason] : undefined;

const isKnown = (reason: string): reason is keyof typeof HINTS => Object.hasOwn(HINTS, reason);

const HINTS: Readonly<Record<FailureReason | Refused['reason'], string | undefined>> = {
  CHECK: 'Look at the output of the command on the server.',
  COMMAND: 'Look at the command and at its output on the server.',
  COUNT: undefined,
  DENIED: 'See --allow and --deny.',
  IDLE: 'Look at the sender: it was silent, and did not end the connection, as nc without -N. See --idle-timeout and --on-idle keep.',
  INTERNAL: 'A bug of rxdrop. Look at the WARNING on its stderr, and report it.',
  MAX_CONNECTIONS: 'The default is half of the open-files limit (ulimit -n).',
  MAX_PER_HOST: undefined,
  MAX_RATE_PER_HOST: undefined,
  NO_ROOM: 'Make room on the disk.',
  OPEN_FILES: 'Raise the limit (LimitNOFILE= of systemd).',
  PROXY: 'Look at the proxy: whether it sends PROXY headers, and from which address.',
  QUOTA: 'Move files out of the directory.',
  RESET: 'Look at the sender, and at the network between: one of them broke the connection.',
  SHUTDOWN: 'The server was stopped during the transfer. See --drain.',
  STORE: 'Look at the disk and at the permissions of the directory.',
  TLS: 'Look at the certificates, and at whether the sender speaks TLS.',
  TLS_NAME: 'Look at the names in the certificate of the sender.',
  TOO_LARGE: undefined,
  TOO_LONG: undefined,
  TOO_SLOW: undefined,
  WORKER:
    'A receiving process ended, and was replaced. Look at the WARNING on the stderr of the server, and at the memory of the machine.',
  UNKNOWN_PEER: 'The sender had left before its address was known.',
};
