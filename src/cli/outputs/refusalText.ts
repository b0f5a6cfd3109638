import type { Refused } from '../../server/events.js';
import { explain } from '../explain.js';
import { formatDuration } from '../units.js';

/** Describes for people why a connection is refused. */
export function refusalText({ reason, error }: Refused): string {
  if (reason !== 'TLS' && reason !== 'PROXY') return TEXT[reason];
  return error?.code === 'IDLE'
    ? `no ${LATE[reason]} within ${formatDuration(Number(error.due))}`
    : explain(error);
}

const LATE = { TLS: 'TLS handshake', PROXY: 'PROXY header' } as const;

const TEXT: Readonly<Record<Exclude<Refused['reason'], keyof typeof LATE>, string>> = {
  COUNT: 'no more files are wanted (--count, --once)',
  DENIED: 'its address is not allowed',
  MAX_CONNECTIONS: 'too many connections at once (--max-connections)',
  MAX_PER_HOST: 'too many connections from its address at once (--max-per-host)',
  MAX_RATE_PER_HOST: 'too many connections from its address within a minute (--max-rate-per-host)',
  UNKNOWN_PEER: 'its address cannot be determined, and an option depends on it',
  TLS_NAME: 'no name in its certificate is allowed (--tls-allow)',
  OPEN_FILES: 'the open-files limit is reached (ulimit -n)',
};
