import type { WorkerEnded } from '../../server/events.js';
import { formatDuration } from '../units.js';

/** Describes the end of a worker for people. */
export const workerText = ({ pid, status, signal, silentMs, transfers }: WorkerEnded): string => {
  const how =
    silentMs === undefined
      ? `ended (${signal ?? `status ${status ?? 'unknown'}`})`
      : `gave no sign of life for ${formatDuration(silentMs)}, and was killed`;
  return `worker ${pid} ${how}, and is replaced; it had ${transfers} ${transfers === 1 ? 'transfer' : 'transfers'}`;
};
