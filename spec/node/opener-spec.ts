import { once } from 'node:events';
import { createServer } from 'node:net';
import { take } from 'rxjs';
import { ResetError } from '../../src/errors.js';
import { newSocket, type RawHandle, takeHandles } from '../../src/node/handle.js';
import { landing } from '../../src/node/incoming.js';
import { opener, type OpenerOptions } from '../../src/node/opener.js';
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
    while (handles.length === 0) await afterPolls();
    return { client, handle: handles[0] as RawHandle };
  };

  const open = async (options: OpenerOptions = {}) => {
    const { client, handle } = await meet();
    const connection = opener(options)(handle, 'peer');
    closing(() => {
      connection.abort();
    });
    return { client, connection };
  };

  it('reads a small file that has arrived with its end in the call of subscribe', async () => {
    const { client, connection } = await open();
    client.end('a small file');
    await once(client, 'finish');
    await afterPolls();
    const seen: string[] = [];
    connection.bytes$.subscribe({
      next: (chunk) => seen.push(Buffer.from(chunk).toString()),
      complete: () => seen.push('|'),
    });
    expect(seen).toStrictEqual(['a small file', '|']);
  });

  it('waits for what has not arrived', async () => {
    const { client, connection } = await open();
    const bytes = whole(connection.bytes$);
    await afterPolls();
    client.end(sample(3 * MiB));
    expect((await bytes).equals(sample(3 * MiB))).toBe(true);
  });

  it('reads no more once it is unsubscribed in the call of subscribe, and loses nothing', async () => {
    const { client, handle } = await meet();
    const { socket, bytes$ } = landing(
      (onread) => newSocket({ handle, allowHalfOpen: true, manualStart: true, onread }),
      { readSize: 4, readAtOnce: true },
    );
    closing(() => {
      socket.destroy();
    });
    client.end('0123456789');
    await once(client, 'finish');
    await afterPolls();
    expect((await whole(bytes$.pipe(take(1)))).toString()).toBe('0123');
    expect((await whole(bytes$)).toString()).toBe('456789');
  });

  it('reports a reset that waits (S7)', async () => {
    const { client, connection } = await open();
    client.write('data');
    client.resetAndDestroy();
    await afterPolls();
    expect(await ending(connection.bytes$)).toBeInstanceOf(ResetError);
  });

  it('reads through the event loop if reads are limited', async () => {
    const { client, connection } = await open({ readSize: 4, keepAlive: 1_000 });
    client.end('0123456789');
    await once(client, 'finish');
    await afterPolls();
    let read = 0;
    connection.bytes$.subscribe({
      next: ({ byteLength }) => (read += byteLength),
      error: () => undefined,
    });
    expect(read).toBe(0);
  });
});
