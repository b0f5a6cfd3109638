/**
 * Files that become objects, beside rclone and the AWS CLI: `node --import ./scripts/ready.js bench/objects.js`.
 *
 * An OpenStack Swift on loopback takes the same files from all of them in turn, as many at a time. The others read them
 * where they are; rxdrop receives them from senders first. Its spool is in memory, as their files are. The clock stops
 * when the last object is there, and no file is left in the spool. Then 500 senders meet an engine that is slow.
 */
import { Bucket } from '../scripts/machine/bucket.js';
import { findProgram } from '../scripts/machine/findProgram.js';
import { startSwift, SWIFT_PROGRAMS } from '../scripts/machine/swift.js';
import { fixture } from './fixture.js';
import { machine, machineLine } from './machine.js';
import { BUCKET, clear } from './objects/bucket.js';
import { memory } from './objects/memory.js';
import { shipping } from './objects/shippers.js';
import { GiB, inWords, KiB, MiB, QUICK } from './sizes.js';
import { median } from './statistics.js';

const ROUNDS = 5;
/** `senders` is also the number of files that the others send at a time. */
const WORKLOADS = [
  { senders: 8, each: 1, size: 32 * MiB },
  { senders: 20, each: 10, size: 64 * KiB },
];

const OTHERS = ['rclone', 'aws'];
const SDK_IS_QUIET = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };

const isMissing = (/** @type {string} */ name) => findProgram(name) === undefined;
const missing = [...SWIFT_PROGRAMS.filter(isMissing), ...(OTHERS.every(isMissing) ? OTHERS : [])];
if (missing.length > 0) {
  console.log(`skipped: ${missing.join(', ')} missing`);
  process.exit();
}
// 500 files of 4 MB.
const here = fixture({ sizes: { ...QUICK, stream: 2 * GiB }, disk: '.' });

for (const zones of [1, 3]) {
  const swift = await startSwift(zones);
  try {
    // All clients of S3 that are started here find the engine there, and rclone fails with a bundle of certificates.
    Object.assign(process.env, swift.env, SDK_IS_QUIET);
    delete process.env.AWS_CA_BUNDLE;
    const bucket = await Bucket.make(swift, BUCKET);
    for (const workload of WORKLOADS) {
      await shipping(here, async (peers) => {
        /** @type {number[][]} seconds by peer */
        const samples = peers.map(() => []);
        // The first round compiles, and makes the account.
        for (let round = 0; round <= ROUNDS; round++) {
          for (let turn = 0; turn < peers.length; turn++) {
            const index = (turn + round) % peers.length;
            const peer = peers[index];
            if (!peer) continue;
            const seconds = await peer.ship(workload);
            await clear(bucket, peer.prefix, workload);
            if (round > 0) samples[index]?.push(seconds);
          }
        }
        report(zones, workload, peers, samples);
      });
    }
    bucket.close();
  } finally {
    await swift.stop();
  }
}
console.log('\n500 senders of 4 MB at once, an engine that takes 1 s for each request');
for (const confirmAt of /** @type {const} */ (['engine', 'spool']))
  console.log(await memory(here, confirmAt));
console.log(`\n${machineLine(machine())}`);

/**
 * Medians, and those of the ratios to rxdrop's in the same round.
 *
 * @param {number} zones @param {typeof WORKLOADS[number]} workload
 * @param {readonly { name: string }[]} peers @param {readonly number[][]} samples
 */
function report(zones, { senders, each, size }, peers, samples) {
  const files = senders * each;
  console.log(`\n${files} files of ${inWords(size)}, ${senders} at a time, copies: ${zones}`);
  const [engine = [], spool = []] = samples;
  for (const [index, { name }] of peers.entries()) {
    const seconds = samples[index] ?? [];
    const against = (/** @type {readonly number[]} */ ours) =>
      median(seconds.map((theirs, round) => theirs / (ours[round] ?? NaN))).toFixed(2);
    const rate = (files * size) / MiB / median(seconds);
    const ratios = index < 2 ? '' : `  rxdrop is at ${against(engine)} and ${against(spool)} of it`;
    console.log(`${name.padEnd(30)} ${rate.toFixed(1).padStart(7)} MiB/s${ratios}`);
  }
}
