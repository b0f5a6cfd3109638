import { once } from 'node:events';
import { createServer } from 'node:net';
import { ResetError } from '../../src/errors.js';
import { type RawHandle, takeHandles } from '../../src/node/handle.js';
import { opener } from '../../src/node/opener.js';
import { following } from '../support/following.js';
import { LOOPBACK, loopback } from '../support/loopback.js';
import { afterPolls, ending, whole } from '../support/outcome.js';
import { MiB, sample } from '../support/sample.js';

describe('opener', () => {
  const { closing } = following();
  const { plainClient } = loopback();

  /** A client, and the handle of its connection. */
  const meet = async () => {
    const server = createServer();
    closing(() => {
      server.close();
    });
    await once(server.listen(0, LOOPBACK), 'listening');
    const handles: RawHandle[] = [];
    takeHandles(server, (handle) => handles.push(handle));
    const address = server.address();
    const client = await plainClient(typeof address === 'object' && address ? address.port : 0);
    const takeHandle = async (): Promise<RawHandle> => {
      await afterPolls();
      return handles.at(0) ?? takeHandle();
    };
    return { client, handle: await takeHandle() };
  };

  const open = async () => {
    const { client, handle } = await meet();
    const connection = opener({ keepAlive: 1_000 })(handle, 'peer');
    closing(() => {
      connection.abort();
    });
    return { client, connection };
  };

  it('waits for what has not arrived', async () => {
    const { client, connection } = await open();
    const bytes = whole(connection.bytes$);
    await afterPolls();
    client.end(sample(3 * MiB));
    expect((await bytes).equals(sample(3 * MiB))).toBe(true);
  });

  it('reports a reset that waits (S7)', async () => {
    const { client, connection } = await open();
    client.write('data');
    client.resetAndDestroy();
    await afterPolls();
    expect(await ending(connection.bytes$)).toBeInstanceOf(ResetError);
  });
});
