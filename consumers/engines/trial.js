import { deepStrictEqual, ok } from 'node:assert';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '../../scripts/machine/temporaryDirectory.js';
import { until } from '../../scripts/machine/until.js';
import { Bucket } from '../../scripts/machine/bucket.js';
import { many } from './assertions.js';
import { behindHaproxy } from './behindHaproxy.js';
import { bucketFaults } from './bucketFaults.js';
import { Inboxes } from './inboxes.js';

/**
 * An engine that numbers files, and how it fails and recovers.
 *
 * @typedef {object} NumberEngine
 * @property {string} url
 * @property {Readonly<Record<string, string>>} env
 * @property {() => Promise<void>} fail
 * @property {() => Promise<void>} heal
 */

/**
 * Sends files to three servers while nodes of their engines and one of them die and come back, and compares the bucket
 * with the receipts.
 *
 * @param {import('../../scripts/machine/swift.js').Swift} swift @param {NumberEngine} numbers
 * @param {{ bucket: string, confirmAt: 'engine' | 'spool', count: number }} options
 */
export async function trial(swift, numbers, { bucket: name, confirmAt, count }) {
  const bucket = await Bucket.make(swift, name);
  const env = { ...numbers.env, ...swift.env };
  const inboxes = new Inboxes(temporaryDirectory('ledger'), numbers.url, env);
  try {
    // As a server that died long ago has left it.
    await bucket.startUpload('1000000.file');
    const store = ['--store', `s3://${name}`, '--confirm-at', confirmAt];
    const { port } = await behindHaproxy(inboxes, store);

    // With one node of three, Swift saves nothing, and confirmed files wait in the spools.
    const nodes = swift.nodes.slice(0, confirmAt === 'spool' ? 2 : 1);
    let [victim] = inboxes.servers;
    const incidents = [
      async () => {
        await Promise.all(nodes.map((node) => node.kill()));
      },
      () => numbers.fail(),
      async () => {
        victim = await shippingInParts(inboxes.servers, bucket).catch(() => victim);
        await victim?.kill();
      },
      async () => {
        await Promise.all([numbers.heal(), ...nodes.map((node) => node.start())]);
        await victim?.start();
      },
    ];
    const interval = count / (incidents.length + 1);
    let happened = Promise.resolve();
    await many(count, 16, async (index) => {
      const incident = index % interval === 0 ? incidents[index / interval - 1] : undefined;
      if (incident) await (happened = happened.then(incident));
      await inboxes.upload(port, { retry: 3, size: sizeOf(index, interval) });
    });
    const areEmpty = () => inboxes.servers.every(({ dir }) => readdirSync(dir).length === 0);
    await until(areEmpty, 60_000).catch(() => undefined);
    deepStrictEqual(await inboxes.stop(), [0, 0, 0]);

    const otherNumbers = confirmAt === 'spool';
    deepStrictEqual(await bucketFaults(swift, bucket, inboxes, { otherNumbers }), []);
    const confirmed = inboxes.uploads.filter(({ id }) => id !== undefined);
    ok(confirmed.length > count * 0.9, `${confirmed.length} of ${count} were sent`);
  } finally {
    await inboxes.stop();
    bucket.close();
  }
}

/**
 * Most files are small, and some are empty. Large ones are on their way when something happens.
 *
 * @param {number} index @param {number} interval
 */
function sizeOf(index, interval) {
  if (interval - (index % interval) <= 2) return LARGE;
  return index % 50 === 7 ? 0 : undefined;
}

/** It has five parts. */
const LARGE = 40_000_000;

/**
 * A server that has a large file, while the engine has an object that is not complete.
 *
 * @param {readonly import('./inbox.js').Inbox[]} servers @param {Bucket} bucket
 */
const shippingInParts = (servers, bucket) =>
  until(async () => {
    const found = servers.find(({ dir }) => readdirSync(dir).some((name) => isLarge(dir, name)));
    return found && (await bucket.uploads()).length > 1 ? found : undefined;
  }, 5_000);

/** @param {string} dir @param {string} name */
const isLarge = (dir, name) => statSync(join(dir, name), { throwIfNoEntry: false })?.size === LARGE;
