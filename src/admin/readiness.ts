import { filesWanted, type Lifetime } from '../server/lifetime.js';
import type { QuotaLimits } from '../store/directory/owner/quota.js';
import type { Disk } from './checkDisk.js';
import type { Phase } from './state.js';
import type { Tally } from './tally.js';

/** Returns the phase of a server. */
export const phaseOf = ({ stopped, draining, listening }: Tally): Phase => {
  if (stopped) return 'stopped';
  if (draining) return 'draining';
  return listening ? 'listening' : 'starting';
};

/** Returns why a load balancer should not use the server now, for people; `undefined` if the server is ready. */
export function notReady(
  tally: Tally,
  limits: QuotaLimits & Pick<Lifetime, 'count' | 'once'>,
  disk: Disk | undefined,
): string | undefined {
  const phase = phaseOf(tally);
  return phase === 'listening'
    ? (disk?.problem ?? countProblem(tally, limits) ?? quotaProblem(tally, limits))
    : phase;
}

/** A server that waits for its last file refuses every other connection (`COUNT`). */
const countProblem = (
  { received, flights }: Tally,
  lifetime: Pick<Lifetime, 'count' | 'once'>,
): string | undefined =>
  received + flights.size >= filesWanted(lifetime)
    ? 'no more files are wanted (--count, --once)'
    : undefined;

function quotaProblem(
  { used }: Tally,
  { maxTotal = Infinity, maxFiles = Infinity }: QuotaLimits,
): string | undefined {
  if (used?.files !== undefined && used.files >= maxFiles)
    return 'the directory is full (--max-files)';
  if (used?.bytes !== undefined && used.bytes >= maxTotal)
    return 'the directory is full (--max-total)';
  return undefined;
}
