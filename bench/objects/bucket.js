import {
  CreateBucketCommand,
  DeleteObjectCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3';
import { Wrong } from '../workloads/workload.js';

export const BUCKET = 'bench';

/**
 * The bucket to which all send.
 *
 * @param {import('../../scripts/machine/swift.js').Swift} swift whose variables are set
 */
export async function makeBucket({ endpoint }) {
  const client = new S3Client({ endpoint, forcePathStyle: true });
  await client.send(new CreateBucketCommand({ Bucket: BUCKET }));
  return {
    close: () => {
      client.destroy();
    },

    /**
     * Checks that all objects are there, and removes them.
     *
     * @param {string} prefix
     * @param {import('./shippers.js').Files} expected
     */
    async clear(prefix, { senders, each, size }) {
      const { Contents: found = [] } = await client.send(
        new ListObjectsV2Command({ Bucket: BUCKET, Prefix: `${prefix}/` }),
      );
      const whole = found.filter(({ Size }) => Size === size).length;
      if (whole !== senders * each) throw new Wrong(`${whole} of ${senders * each} objects`);
      await Promise.all(
        found.map(({ Key }) => client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key }))),
      );
    },
  };
}
