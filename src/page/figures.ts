import type { LimitState, State } from '../admin/state.js';
import { formatBytes, formatDuration, formatRate } from '../cli/units.js';

/** A number with separators: `12,345`. */
export const count = (value: number): string => value.toLocaleString('en-GB');

/** How long ago something was: `now`, `12 s ago`, `3 min ago`, `2 h ago`, `5 d ago`. */
export function ago(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  if (seconds < 2) return 'now';
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)} h ago`;
  return `${Math.floor(seconds / 86_400)} d ago`;
}

/** Bytes per second in the last second that is over. */
export const currentRate = ({ curve }: State): number => curve.bytes.at(-1) ?? 0;

/** The rate of a transfer; a dash before its first report. */
export const rateText = (bytesPerSecond: number | undefined): string =>
  bytesPerSecond === undefined ? '–' : formatRate(bytesPerSecond);

/** A value of a limit. */
export function amount(value: number, unit: LimitState['unit']): string {
  switch (unit) {
    case 'bytes':
      return formatBytes(value);
    case 'bytes/s':
      return formatRate(value);
    case 'connections/min':
      return `${count(value)} per minute`;
    case 'connections':
    case 'files':
      return count(value);
    case 'ms':
      return formatDuration(value);
  }
}
