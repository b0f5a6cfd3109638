import type { LimitState, State } from '../admin/state.js';
import { formatBytes, formatDuration, formatLimit, formatRate } from '../cli/units.js';

/** Formats a number with separators: `12,345`. */
export const formatCount = (value: number): string => value.toLocaleString('en-GB');

/** Formats an age in milliseconds: `now`, `12 s ago`, `3 min ago`, `2 h ago`, `5 d ago`. */
export function formatAge(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  if (seconds < 2) return 'now';
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)} h ago`;
  return `${Math.floor(seconds / 86_400)} d ago`;
}

/** Returns the minutes that the axis of the last five minutes labels, in so many pixels. */
export const labelledMinutes = (width: number): readonly number[] =>
  width < 6 * LABEL_PIXELS ? [4, 2, 0] : [5, 4, 3, 2, 1, 0];

/** The width of `5 min` and of the space beside it. */
const LABEL_PIXELS = 45;

/** Returns the bytes of the last whole second. */
export const currentRate = ({ curve }: State): number => curve.at(-1) ?? 0;

/** Formats the bytes per second of a transfer, or a dash before its first report. */
export const formatKnownRate = (bytesPerSecond: number | undefined): string =>
  bytesPerSecond === undefined ? '–' : formatRate(bytesPerSecond);

/** Formats a value of a limit in its unit. */
export function formatAmount(value: number, unit: LimitState['unit']): string {
  switch (unit) {
    case 'bytes':
      return formatBytes(value);
    case 'bytes/s':
      return formatRate(value);
    case 'connections/min':
      return `${formatCount(value)} per minute`;
    case 'connections':
    case 'files':
      return formatCount(value);
    case 'ms':
      return formatDuration(value);
  }
}

/** Formats a limit itself in its unit, as the user wrote it. */
export function formatMax(limit: number, unit: LimitState['unit']): string {
  if (unit === 'bytes') return formatLimit(limit);
  return unit === 'bytes/s' ? `${formatLimit(limit)}/s` : formatAmount(limit, unit);
}
