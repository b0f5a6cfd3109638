import { Wrong } from '../workloads/workload.js';

/** The bucket to which all send. */
export const BUCKET = 'bench';

/**
 * Checks that all objects are there, and removes them.
 *
 * @param {import('../../scripts/machine/bucket.js').Bucket} bucket @param {string} prefix
 * @param {import('./shippers.js').Files} expected
 */
export async function clear(bucket, prefix, { senders, each, size: expected }) {
  const found = await bucket.list(`${prefix}/`);
  const whole = found.filter(({ size }) => size === expected).length;
  if (whole !== senders * each) throw new Wrong(`${whole} of ${senders * each} objects`);
  await Promise.all(found.map(({ name }) => bucket.remove(name)));
}
