/** @param {readonly number[]} values at least one */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

/**
 * Median and spread of a figure over the samples that have it.
 *
 * @param {readonly Record<string, number>[]} samples
 * @param {string} figure
 */
export function summary(samples, figure) {
  const values = samples
    .map((sample) => sample[figure] ?? NaN)
    .filter((value) => Number.isFinite(value));
  if (values.length === 0) return undefined;
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) };
}
