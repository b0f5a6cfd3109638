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
export function notReady(tally: Tally, disk: Disk | undefined): string | undefined {
  const phase = phaseOf(tally);
  return phase === 'listening' ? disk?.problem : phase;
}
