import type { Refused } from '../server/events.js';

/** Why a connection is refused, in words for people. */
export const REFUSED: Readonly<Record<Refused['reason'], string>> = {
  DENIED: 'its address is not admitted',
  MAX_CONNECTIONS: 'too many connections at once (--max-connections)',
  MAX_PER_HOST: 'too many connections from its address at once (--max-per-host)',
};
