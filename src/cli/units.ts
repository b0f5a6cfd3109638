import prettyBytes from 'pretty-bytes';

/** Formats bytes in units of 1024: `1.2 MiB`. */
export const formatBytes = (bytes: number): string => prettyBytes(bytes, { binary: true });

/**
 * Formats a number of bytes that a user has chosen, as the user wrote it: `1 MB`, `1.5 GiB`. Only long numbers are
 * rounded.
 */
export function formatLimit(bytes: number): string {
  const shortest = UNITS.map(([unit, factor]) => `${bytes / factor} ${unit}`).reduce(
    (shortest, text) => (text.length < shortest.length ? text : shortest),
  );
  return shortest.length > MAX_CHARACTERS ? formatBytes(bytes) : shortest;
}

const MAX_CHARACTERS = 10;

/** The units of options. */
const UNITS = [
  ...['B', 'kB', 'MB', 'GB', 'TB'].map((unit, power) => [unit, 1_000 ** power] as const),
  ...['KiB', 'MiB', 'GiB', 'TiB'].map((unit, index) => [unit, 1_024 ** (index + 1)] as const),
];

/** Formats bytes per second: `110 MiB/s`. */
export const formatRate = (bytesPerSecond: number): string =>
  `${formatBytes(Math.max(0, bytesPerSecond))}/s`;

/** Formats milliseconds: `40 ms`, `1.5 s`, `2 min 5 s`, `1 h`. */
export function formatDuration(ms: number): string {
  const whole = Math.round(ms);
  if (whole < 1_000) return `${whole} ms`;
  const tenths = Math.round(ms / 100);
  if (tenths < 600) return `${tenths / 10} s`;
  const seconds = Math.round(ms / 1_000);
  return [
    { value: Math.floor(seconds / 3_600), unit: 'h' },
    { value: Math.floor(seconds / 60) % 60, unit: 'min' },
    { value: seconds % 60, unit: 's' },
  ]
    .filter(({ value }) => value > 0)
    .map(({ value, unit }) => `${value} ${unit}`)
    .join(' ');
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
