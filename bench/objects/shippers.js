import { closeSync, openSync, readdirSync, readSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from '../../scripts/machine/findProgram.js';
import { until } from '../../scripts/machine/until.js';
import { now } from '../metered.js';
import { ourServer } from '../peers/servers.js';
import { send } from '../workloads/send.js';
import { serving } from '../workloads/serving.js';
import { Wrong } from '../workloads/workload.js';
import { BUCKET } from './bucket.js';

/** @typedef {{ senders: number, each: number, size: number }} Files */

/**
 * One that makes objects of files, with names that begin with its prefix. It resolves with the seconds that it took.
 *
 * @typedef {object} Shipper
 * @property {string} name
 * @property {string} prefix
 * @property {(files: Files) => Promise<number>} ship
 */

/**
 * @param {import('../fixture.js').Fixture} fixture
 * @param {(shippers: readonly Shipper[]) => Promise<void>} use
 * @returns {Promise<void>}
 */
export function shipping(fixture, use) {
  const [rclone, aws] = [findProgram('rclone'), findProgram('aws')];
  const others = [
    ...(rclone ? [copier(fixture, 'rclone copy', 'rclone', rcloneOf(rclone))] : []),
    ...(aws ? [copier(fixture, 'aws s3 cp --recursive', 'aws', awsOf(aws))] : []),
  ];
  return withServer(fixture, 'engine', (one) =>
    withServer(fixture, 'spool', (other) => use([one, other, ...others])),
  );
}

/**
 * A server runs as long as it is used, as servers do.
 *
 * @param {import('../fixture.js').Fixture} fixture
 * @param {'engine' | 'spool'} confirmAt
 * @param {(shipper: Shipper) => Promise<void>} use
 * @returns {Promise<void>}
 */
const withServer = (fixture, confirmAt, use) =>
  fixture.inDirectory((dir) => {
    const options = ['--store', `s3://${BUCKET}/${confirmAt}`, '--confirm-at', confirmAt];
    return serving(fixture, ourServer({ options }), { dir }, ({ ports }) =>
      use({
        name: `rxdrop --confirm-at ${confirmAt}`,
        prefix: confirmAt,
        async ship(files) {
          const { startedAt } = await send(fixture, { ports, ...files });
          await until(() => readdirSync(dir).length === 0, 60_000);
          return now() - startedAt;
        },
      }),
    );
  });

/**
 * A program that copies a directory, measured from its start to its end.
 *
 * @param {import('../fixture.js').Fixture} fixture
 * @param {string} name
 * @param {string} prefix
 * @param {(dir: string, files: Files) => string[]} commandOf
 * @returns {Shipper}
 */
const copier = (fixture, name, prefix, commandOf) => ({
  name,
  prefix,
  ship: (files) =>
    fixture.inDirectory(async (dir) => {
      split(fixture.source, dir, files);
      const [command = '', ...args] = commandOf(dir, files);
      const copying = await fixture.start({ command, args });
      const { code, startedAt, endedAt } = await copying.usage;
      if (code !== 0) throw new Wrong(`${name}: ${copying.complaint()}`);
      return endedAt - startedAt;
    }),
});

/** @param {string} program */
const rcloneOf =
  (program) =>
  (/** @type {string} */ dir, /** @type {Files} */ { senders }) => [
    ...[program, 'copy', dir, `:s3:${BUCKET}/rclone`],
    ...['--config', '', '--transfers', `${senders}`, '--s3-provider', 'Other', '--s3-env-auth'],
    ...['--s3-endpoint', process.env.AWS_ENDPOINT_URL ?? ''],
    ...['--s3-region', process.env.AWS_REGION ?? ''],
  ];

/** Its configuration decides how much it does at a time. @param {string} program */
const awsOf =
  (program) =>
  (/** @type {string} */ dir, /** @type {Files} */ { senders }) => {
    process.env.AWS_CONFIG_FILE = `${dir}.aws`;
    // Swift does not know the newer checksums.
    process.env.AWS_REQUEST_CHECKSUM_CALCULATION = 'when_required';
    const settings = { max_concurrent_requests: senders, addressing_style: 'path' };
    const lines = Object.entries(settings).map(([name, value]) => `  ${name} = ${value}`);
    writeFileSync(`${dir}.aws`, ['[default]', 's3 =', ...lines, ''].join('\n'));
    return [program, 's3', 'cp', '--recursive', '--only-show-errors', dir, `s3://${BUCKET}/aws`];
  };

/** Writes the files that `load` sends. @param {string} source @param {string} dir @param {Files} files */
function split(source, dir, { senders, each, size }) {
  const fd = openSync(source, 'r');
  const bytes = Buffer.alloc(size);
  for (let file = 0; file < senders * each; file++) {
    readSync(fd, bytes, 0, size, file * size);
    writeFileSync(join(dir, `${file + 1}.file`), bytes);
  }
  closeSync(fd);
}
