import type { Refused } from '../../server/events.js';
import { explain } from '../explain.js';
import { formatDuration } from '../units.js';

/** Describes for people why a connection is refused. */
export function refusalText({ reason, error }: Refused): string {
  if (reason !== 'TLS') return TEXT[reason];
  return error?.code === 'IDLE'
    ? `no TLS handshake within ${formatDuration(Number(error.due))}`
    : explain(error);
}

const TEXT: Readonly<Record<Exclude<Refused['reason'], 'TLS'>, string>> = {
  COUNT: 'no more files are wanted (--count, --once)',
  DENIED: 'its address is not allowed',
  MAX_CONNECTIONS: 'too many connections at once (--max-connections)',
  MAX_PER_HOST: 'too many connections from its address at once (--max-per-host)',
  UNKNOWN_PEER: 'its address cannot be determined (--max-per-host)',
  OPEN_FILES: 'the open-files limit is reached (ulimit -n)',
};
