/** @param {readonly number[]} values */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * Median and spread of a figure over the samples that have it.
 *
 * @param {readonly Record<string, number>[]} samples
 * @param {string} figure
 */
export function summary(samples, figure) {
  const values = samples.map((sample) => sample[figure]).filter(Number.isFinite);
  if (values.length === 0) return undefined;
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) };
}
