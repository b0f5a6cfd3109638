import * as sdk from '@aws-sdk/client-s3';
import { newClient } from '../../../src/store/s3/s3Engine.js';
import { FakeS3 } from '../../support/fakeS3.js';

describe('newClient', () => {
  it('does not print on the console if many requests wait for a connection (S11)', async () => {
    const engine = new FakeS3();
    const client = newClient(sdk, {
      ...{ region: 'us-east-1', endpoint: await engine.start() },
      credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
    });
    await client.send(new sdk.ListObjectsV2Command({ Bucket: 'bucket' }));
    // Without a logger, the handler of the SDK takes the console.
    expect(client.config.requestHandler).toHaveProperty('config.logger.warn');
    expect(client.config.requestHandler).not.toHaveProperty('config.logger', console);
    client.destroy();
    await engine.stop();
  });
});
