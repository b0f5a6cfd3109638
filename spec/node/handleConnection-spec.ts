import { once } from 'node:events';
import { writeSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { take, tap } from 'rxjs';
import { ResetError } from '../../src/errors.js';
import type { Accepted } from '../../src/node/connection.js';
import { type RawHandle, takeHandles } from '../../src/node/handle.js';
import { acceptedOf } from '../../src/node/handleConnection.js';
import { handOver, LOOPBACK, loopback, parting } from '../support/loopback.js';
import { isOpen, targetOf } from '../support/descriptors.js';
import { afterPolls, COMPLETED, ending, whole } from '../support/outcome.js';
import { sample } from '../support/sample.js';

/** The specs of `listen`, of its bytes and of its connections cover the rest: by `landing`, handles are read. */
describe('a connection over its handle', () => {
  const { closing, kept } = loopback();

  /** A handle that a server has accepted, and its client. */
  const accepted = async (): Promise<{ handle: RawHandle; client: Socket }> => {
    const server = createServer();
    closing(() => {
      server.close();
    });
    await once(server.listen(0, LOOPBACK), 'listening');
    const taken = new Promise<RawHandle>((resolve) => {
      takeHandles(server, resolve);
    });
    const address = server.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    const client = kept(connect({ port, host: LOOPBACK, allowHalfOpen: true }).pause());
    return { handle: await taken, client };
  };

  const met = async (
    readSize?: number,
  ): Promise<{ connection: Accepted; handle: RawHandle; client: Socket }> => {
    const { handle, client } = await accepted();
    const connection = acceptedOf(handle, 'peer', readSize);
    closing(() => {
      connection.abort();
    });
    return { connection, handle, client };
  };

  it('continues after a read that had no bytes', async () => {
    const { connection, handle, client } = await met();
    const received = whole(connection.bytes$);
    // libuv has stopped if it takes that for an end.
    handle.readStop();
    handle.onread?.();
    await handOver(client, sample(100));
    client.end(sample(100));
    expect(await received).toStrictEqual(Buffer.concat([sample(100), sample(100)]));
  });

  it('continues with the bytes that come just after such a read', async () => {
    const { connection, handle, client } = await met();
    await handOver(client, sample(100));
    const received = whole(connection.bytes$);
    handle.readStop();
    handle.onread?.();
    client.end(sample(100));
    expect(await received).toStrictEqual(Buffer.concat([sample(100), sample(100)]));
  });

  it('reads on if the peer has left just after a read that had no bytes', async () => {
    const { connection, handle, client } = await met(100);
    handle.getpeername = () => -107;
    const received = whole(connection.bytes$);
    // libuv reads once more, because the buffer is full.
    await handOver(client, sample(100));
    await afterPolls();
    client.end(sample(100));
    expect(await received).toStrictEqual(Buffer.concat([sample(100), sample(100)]));
  });

  it('is read on by the socket that is made in the midst of a chunk', async () => {
    const { connection, client } = await met(100);
    client.end(sample(1_000));
    const received = whole(connection.bytes$.pipe(tap(() => connection.incoming)));
    expect(await received).toStrictEqual(sample(1_000));
  });

  it('is read on by the socket that is made in the midst of a chunk that had come', async () => {
    const { connection, client } = await met(100);
    await handOver(client, sample(1_000));
    client.end();
    const received = whole(connection.bytes$.pipe(tap(() => connection.incoming)));
    expect(await received).toStrictEqual(sample(1_000));
  });

  it('loses no byte if a reader of its socket leaves at once', async () => {
    const { connection, client } = await met();
    const { bytes$ } = connection.incoming;
    bytes$.subscribe().unsubscribe();
    await handOver(client, sample(100));
    await afterPolls();
    client.end(sample(100));
    expect(await whole(bytes$)).toStrictEqual(Buffer.concat([sample(100), sample(100)]));
  });

  it('emits a small file that has come with its end in the call of subscribe', async () => {
    const { connection, handle, client } = await met();
    let starts = 0;
    handle.readStart = () => starts++;
    await handOver(client, sample(100));
    client.end();
    await once(client, 'finish');
    const seen: unknown[] = [];
    connection.bytes$.subscribe({
      next: (chunk) => seen.push(Buffer.from(chunk)),
      error: (error: unknown) => seen.push(error),
      complete: () => seen.push(COMPLETED),
    });
    expect(seen).toStrictEqual([sample(100), COMPLETED]);
    expect(starts).toBe(0);
  });

  it('reads two chunks at once at most, because the peer may send faster than it reads', async () => {
    const { connection, client } = await met(4);
    await handOver(client, sample(100));
    const seen: unknown[] = [];
    const reading = connection.bytes$.subscribe({
      next: ({ byteLength }) => seen.push(byteLength),
      error: (error: unknown) => seen.push(error),
    });
    expect(seen).toStrictEqual([4, 4]);
    reading.unsubscribe();
  });

  it('reads no further if its subscriber leaves in the call of subscribe, and later loses nothing', async () => {
    const { connection, client } = await met(4);
    await handOver(client, sample(100));
    client.end();
    expect(await whole(connection.bytes$.pipe(take(1)))).toStrictEqual(sample(4));
    expect(await whole(connection.bytes$)).toStrictEqual(sample(100).subarray(4));
  });

  it('takes a reset that has come behind bytes for no end (S7)', async () => {
    const { connection, client } = await met();
    await handOver(client, sample(100));
    client.resetAndDestroy();
    await once(client, 'close');
    const seen: unknown[] = [];
    connection.bytes$.subscribe({
      next: ({ byteLength }) => seen.push(byteLength),
      error: (error: unknown) => seen.push(error),
    });
    expect(seen).toStrictEqual([100, expect.any(ResetError)]);
  });

  it('has a descriptor as long as it is open', async () => {
    const { connection } = await met();
    expect(connection.descriptor).toBeGreaterThan(2);
    connection.abort();
    expect(connection.descriptor).toBeUndefined();
  });

  it('has a socket that is closed after abort()', async () => {
    const { connection } = await met();
    connection.abort();
    expect(await ending(connection.incoming.bytes$)).toBeInstanceOf(ResetError);
  });

  it.each([0, 100])(
    'takes a FIN behind %i bytes for an end, even if an RST has followed it',
    async (size) => {
      const { connection, client } = await met();
      await handOver(client, sample(size));
      client.end();
      await once(client, 'finish');
      // A socket that is closed with unread bytes sends an RST.
      writeSync(Number(connection.descriptor), 'unread');
      client.destroy();
      await once(client, 'close');
      expect(await whole(connection.bytes$)).toStrictEqual(sample(size));
      expect(await ending(connection.bytes$)).toBe(COMPLETED);
    },
  );

  it('errors with the error of the system if the peer resets the connection', async () => {
    const { connection, client } = await met();
    const end = ending(connection.bytes$);
    client.resetAndDestroy();
    const error = await end;
    expect(error).toBeInstanceOf(ResetError);
    expect(error).toMatchObject({ cause: { code: 'ECONNRESET', syscall: 'read' } });
  });

  it('sends its FIN by end() at once after that of the peer (S10)', async () => {
    const { connection, client } = await met();
    client.end(sample(100));
    await whole(connection.bytes$);
    const target = targetOf(connection.descriptor);
    const parted = parting(client);
    expect(await ending(connection.end())).toBe(COMPLETED);
    expect(isOpen(target)).toBe(false);
    expect(await parted).toBe('FIN');
    expect(await ending(connection.end())).toBeInstanceOf(ResetError);
  });

  it('sends a last text by end(), and then its FIN', async () => {
    const { connection, client } = await met();
    const received = once(client.resume(), 'data');
    client.end(sample(100));
    await whole(connection.bytes$);
    expect(await ending(connection.end('OK'))).toBe(COMPLETED);
    expect(String((await received)[0])).toBe('OK');
    connection.abort();
    await once(client, 'end');
  });

  it('errors if the handle cannot be read', async () => {
    const { connection, handle } = await met();
    handle.readStart = () => -107;
    expect(await ending(connection.bytes$)).toBeInstanceOf(ResetError);
  });

  it('has a socket if the system has no descriptors', async () => {
    const { handle, client } = await accepted();
    Object.defineProperty(handle, 'fd', { value: -1 });
    const connection = acceptedOf(handle, 'peer');
    closing(() => {
      connection.abort();
    });
    expect(connection.descriptor).toBeUndefined();
    client.end(sample(100));
    expect(await whole(connection.bytes$)).toStrictEqual(sample(100));
  });
});
