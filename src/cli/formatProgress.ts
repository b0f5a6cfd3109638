import type { Progress } from '../operators/index.js';
import { formatClock, formatBytes, formatRate } from './units.js';

/** Formats progress: `63%  63.0 MiB  110 MiB/s  ETA 0:04`. Unknown parts are left out. */
export function formatProgress(progress: Progress): string {
  const { bytes, total, rate: current, eta } = progress;
  return [
    ...(total === undefined ? [] : [`${Math.floor(100 * fraction(progress))}%`]),
    formatBytes(bytes),
    formatRate(current),
    ...(eta === undefined ? [] : [`ETA ${formatClock(Math.max(0, eta))}`]),
  ].join('  ');
}

/** The fraction that is done, from 0 to 1; a file that has grown stays at 1. */
export const fraction = ({ bytes, total = 0 }: Progress): number =>
  total === 0 ? 0 : Math.min(1, bytes / total);
