import prettyBytes from 'pretty-bytes';

/** Formats bytes in units of 1024: `1.2 MiB`. */
export const formatBytes = (bytes: number): string => prettyBytes(bytes, { binary: true });

/** Formats bytes per second: `110 MiB/s`. */
export const formatRate = (bytesPerSecond: number): string =>
  `${formatBytes(Math.max(0, bytesPerSecond))}/s`;

/** Formats milliseconds: `40 ms`, `1.5 s`, `2 min 5 s`. */
export function formatDuration(ms: number): string {
  const whole = Math.round(ms);
  if (whole < 1_000) return `${whole} ms`;
  const tenths = Math.round(ms / 100);
  if (tenths < 600) return `${tenths / 10} s`;
  const seconds = Math.round(ms / 1_000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** Formats milliseconds as a clock does: `0:04`, `1:02:03`. */
export function formatClock(ms: number): string {
  const seconds = Math.ceil(ms / 1_000);
  const twoDigits = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3_600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours > 0
    ? `${hours}:${twoDigits(minutes)}:${twoDigits(seconds % 60)}`
    : `${minutes}:${twoDigits(seconds % 60)}`;
}
