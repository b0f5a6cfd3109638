import { from, lastValueFrom, map, mergeMap, takeUntil, toArray } from 'rxjs';
import { s3Store } from '../../dist/s3.js';
import { temporaryDirectory } from '../../scripts/machine/temporaryDirectory.js';
import { until } from '../../scripts/machine/until.js';
import { settingsOf } from '../../scripts/machine/bucket.js';
import { compare, hashOf } from './compare.js';

/**
 * @typedef {import('../../scripts/machine/swift.js').Swift} Swift
 * @typedef {import('../../scripts/machine/bucket.js').Bucket} Bucket
 */

/**
 * Compares a bucket and the spools of servers that have ended with what senders know, once everything is repaired and
 * swept. Resolves with what is wrong.
 *
 * @param {Swift} swift @param {Bucket} bucket @param {import('./inboxes.js').Inboxes} inboxes
 * @param {Parameters<typeof compare>[2]} options
 */
export async function bucketFaults(swift, bucket, inboxes, options) {
  await swift.heal();
  await sweep(swift, bucket);
  return [
    ...compare(inboxes.uploads, await filesIn(bucket), options),
    ...inboxes.files().map(({ name }) => `${name} is left in a spool`),
    ...(await bucket.uploads()).map((name) => `an upload of ${name} is left`),
  ];
}

/** Lets a store remove the uploads that nobody continues, of any age. @param {Swift} swift @param {Bucket} bucket */
async function sweep(swift, bucket) {
  const swept = until(async () => (await bucket.uploads()).length === 0, 20_000);
  const store$ = s3Store({
    url: `s3://${bucket.name}`,
    spool: temporaryDirectory('sweep'),
    abandonedAfter: 0,
    client: settingsOf(swift),
  });
  const sweeping$ = store$.pipe(takeUntil(swept.catch(() => undefined)));
  await lastValueFrom(sweeping$, { defaultValue: undefined });
}

/** @param {Bucket} bucket */
const filesIn = async (bucket) =>
  lastValueFrom(
    from(await bucket.list()).pipe(
      mergeMap(
        ({ name }) =>
          from(bucket.read(name)).pipe(map((bytes) => ({ name, sha256: hashOf(bytes) }))),
        READS,
      ),
      toArray(),
    ),
  );

const READS = 16;
