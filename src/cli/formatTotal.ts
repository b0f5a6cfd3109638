import { fraction } from './formatProgress.js';
import type { Total } from './totalProgress.js';
import { formatBytes, formatClock, formatDuration, formatRate } from './units.js';

/**
 * Formats the progress of all files: `3 of 12 files  24%  1.2 GiB of 5 GiB  80 MiB/s  ETA 0:47`. Unknown parts are left
 * out, and so are those that matter least, if there are not enough columns.
 */
export function formatTotal(total: Total, columns = Infinity): string {
  const percent = total.total === undefined ? [] : [`${Math.floor(100 * fraction(total))}%`];
  const bytes = formatBytes(total.bytes);
  const size = total.total === undefined ? bytes : `${bytes} of ${formatBytes(total.total)}`;
  const rate = formatRate(total.rate);
  const eta = total.eta === undefined ? [] : [`ETA ${formatClock(Math.max(0, total.eta))}`];
  const files = formatFiles(total);
  const forms = [
    [files, ...percent, size, rate, ...eta],
    [files, ...percent, rate, ...eta],
    [files, ...percent, ...eta],
  ].map((parts) => parts.join('  '));
  return forms.find((form) => form.length <= columns) ?? files;
}

/** Formats the result of all files: `11 of 12 files, 1 failed  5 GiB in 1 min 3 s, 81 MiB/s`. */
export const summarizeTotal = (total: Total): string =>
  `${formatFiles(total)}  ${formatBytes(total.bytes)} in ${formatDuration(total.elapsed)}, ${formatRate(total.average)}`;

const formatFiles = ({ files, sent, failed }: Total): string =>
  `${sent} of ${files} files${failed === 0 ? '' : `, ${failed} failed`}`;
