import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3';

/** A bucket of an S3 engine, as another client than our server sees it. */
export class Bucket {
  /**
   * Makes a bucket.
   *
   * @param {import('./swift.js').Swift} swift @param {string} name
   */
  static async make(swift, name) {
    process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
    const client = new S3Client({ ...settingsOf(swift), forcePathStyle: true });
    await client.send(new CreateBucketCommand({ Bucket: name }));
    return new Bucket(client, name);
  }

  /** @param {S3Client} client @param {string} name */
  constructor(client, name) {
    this.client = client;
    this.name = name;
  }

  /** @param {string} key */
  async read(key) {
    const { Body } = await this.client.send(new GetObjectCommand({ Bucket: this.name, Key: key }));
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  }

  /** All objects whose names begin so. @param {string} [prefix] @returns {Promise<{ name: string, size: number }[]>} */
  async list(prefix) {
    const found = [];
    /** @type {string | undefined} */
    let ContinuationToken;
    do {
      const page = await this.client.send(
        new ListObjectsV2Command({ Bucket: this.name, Prefix: prefix, ContinuationToken }),
      );
      found.push(
        ...(page.Contents ?? []).map(({ Key = '', Size = 0 }) => ({ name: Key, size: Size })),
      );
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
    return found;
  }

  /** @param {string} key */
  remove(key) {
    return this.client.send(new DeleteObjectCommand({ Bucket: this.name, Key: key }));
  }

  /** Begins an upload that nobody ends. @param {string} key */
  startUpload(key) {
    return this.client.send(new CreateMultipartUploadCommand({ Bucket: this.name, Key: key }));
  }

  /** The names of the objects whose uploads are neither complete nor aborted. @returns {Promise<string[]>} */
  async uploads() {
    const { Uploads = [] } = await this.client.send(
      new ListMultipartUploadsCommand({ Bucket: this.name }),
    );
    return Uploads.map(({ Key = '' }) => Key);
  }

  close() {
    this.client.destroy();
  }
}

/** What a client of an engine is told. @param {import('./swift.js').Swift} swift */
export const settingsOf = ({ endpoint, env }) => ({
  endpoint,
  region: env.AWS_REGION ?? '',
  credentials: {
    accessKeyId: env.AWS_ACCESS_KEY_ID ?? '',
    secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? '',
  },
});
