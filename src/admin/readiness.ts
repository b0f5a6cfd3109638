import type { Disk } from './disk.js';
import type { Phase } from './state.js';
import type { Tally } from './tally.js';

/** How far a server is with its life. */
export const phaseOf = ({ stopped, draining, listening }: Tally): Phase => {
  if (stopped) return 'stopped';
  if (draining) return 'draining';
  return listening ? 'listening' : 'starting';
};

/** Why a balancer should send nobody here now, in words; nothing if it may. */
export function notReady(tally: Tally, disk: Disk | undefined): string | undefined {
  const phase = phaseOf(tally);
  return phase === 'listening' ? disk?.problem : phase;
}
