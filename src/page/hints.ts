import type { FailureReason } from '../admin/reasons.js';
import type { Refused } from '../server/events.js';

/** Returns where to look after a failure or a refusal; `undefined` for a reason of a later version. */
export const hintFor = (reason: string): string | undefined =>
  isKnown(reason) ? HINTS[reason] : undefined;

const isKnown = (reason: string): reason is keyof typeof HINTS => Object.hasOwn(HINTS, reason);

const HINTS: Readonly<Record<FailureReason | Refused['reason'], string>> = {
  CHECK: 'Look at the output of the command of --check on the server.',
  COMMAND: 'Look at the output of the command of --check on the server.',
  COUNT: 'See --count and --once.',
  DENIED: 'See --allow and --deny.',
  IDLE: 'Look at the sender: it was silent, and did not end the connection, as nc without -N. See --idle-timeout and --on-idle keep.',
  INTERNAL: 'A bug of rxdrop. Look at the WARNING on its stderr, and report it.',
  MAX_CONNECTIONS: 'See --max-connections and ulimit -n.',
  MAX_PER_HOST: 'See --max-per-host.',
  MAX_RATE_PER_HOST: 'See --max-rate-per-host.',
  NO_ROOM: 'Make room on the disk, or see --min-free.',
  OPEN_FILES: 'Raise the limit of open files (ulimit -n, LimitNOFILE= of systemd).',
  PROXY:
    'Look at the proxy: it has to send a PROXY header, and its address has to be in --proxy-protocol.',
  QUOTA: 'Move files out of the directory, or see --max-total and --max-files.',
  RESET: 'Look at the sender, and at the network between: one of them broke the connection.',
  SHUTDOWN: 'The server was stopped during the transfer. See --drain.',
  STORE: 'Look at the disk and at the permissions of the directory.',
  TLS: 'Look at the certificates, and at whether the sender speaks TLS.',
  TLS_NAME: 'Look at the names in the certificate of the sender, and at --tls-allow.',
  TOO_LARGE: 'See --max-size.',
  TOO_LONG: 'See --max-duration.',
  TOO_SLOW: 'See --min-rate.',
  WORKER:
    'A receiving process ended, and was replaced. Look at the WARNING on the stderr of the server, and at the memory of the machine.',
  UNKNOWN_PEER: 'The sender had left before its address was known.',
};
