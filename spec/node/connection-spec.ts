import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { ResetError } from '../../src/errors.js';
import { type Accepted, reset } from '../../src/node/connection.js';
import { fromReadable } from '../../src/node/fromReadable.js';
import { endpoint } from '../../src/peer.js';
import { isOpen, targetOf } from '../support/descriptors.js';
import { temporaryDirectory } from '../support/directory.js';
import { handOver, loopback, parting } from '../support/loopback.js';
import { COMPLETED, ending, afterPolls, whole } from '../support/outcome.js';
import { sample } from '../support/sample.js';

describe.each(['landing', 'data', 'TLS'] as const)('connection, by %s', (kind) => {
  const { meet } = loopback();

  it('sends only its FIN by end(), and continues reading', async () => {
    const { connection, client, tcp } = await meet(kind);
    const parted = parting(client, tcp);
    expect(await ending(connection.end())).toBe(COMPLETED);
    expect(await parted).toBe('FIN');
    expect(client.bytesRead).toBe(0);
    client.end(sample(100));
    expect(await whole(connection.bytes$)).toStrictEqual(sample(100));
  });

  it.each([undefined, 'hello'])('continues to be read while end(%j) is called', async (text) => {
    const { connection, client } = await meet(kind);
    const received = whole(connection.bytes$);
    const greeted = whole(fromReadable(client));
    await handOver(client, sample(100));
    expect(await ending(connection.end(text))).toBe(COMPLETED);
    expect(String(await greeted)).toBe(text ?? '');
    client.end(sample(100));
    expect(await received).toStrictEqual(Buffer.concat([sample(100), sample(100)]));
  });

  it('does not send its FIN when the peer has sent one (S10)', async () => {
    const { connection, client, tcp } = await meet(kind);
    const parted = parting(client, tcp);
    client.end();
    await ending(connection.bytes$);
    await afterPolls();
    connection.abort();
    expect(await parted).toBe('RST');
  });

  it('sends nothing before end() is subscribed', async () => {
    const { connection, client, tcp } = await meet(kind);
    const parted = parting(client, tcp);
    void connection.end();
    connection.abort();
    expect(await parted).toBe('RST');
  });

  it('resets by abort(), which may be repeated (S7)', async () => {
    const { connection, client, tcp } = await meet(kind);
    const parted = parting(client, tcp);
    connection.abort();
    connection.abort();
    expect(await parted).toBe('RST');
  });

  it('resets by abort() also with unread bytes', async () => {
    const { connection, client, tcp } = await meet(kind);
    const parted = parting(client, tcp);
    await handOver(client, sample(100));
    connection.abort();
    expect(await parted).toBe('RST');
  });

  it('sends no RST by abort() after its FIN (S10)', async () => {
    const { connection, client, tcp } = await meet(kind);
    const parted = parting(client, tcp);
    const closed = once(client, 'close');
    client.end(sample(100));
    await whole(connection.bytes$);
    await ending(connection.end());
    connection.abort();
    expect(await parted).toBe('FIN');
    await closed;
    expect(client.errored).toBeNull();
  });

  it('errors if its FIN cannot be sent', async () => {
    const { connection } = await meet(kind);
    connection.abort();
    expect(await ending(connection.end())).toBeInstanceOf(ResetError);
  });

  it('reports abort() to its reader', async () => {
    const { connection } = await meet(kind);
    const end = ending(connection.bytes$);
    connection.abort();
    expect(await end).toBeInstanceOf(ResetError);
  });
});

describe.each(['landing', 'data'] as const)('connection without TLS, by %s', (kind) => {
  const { meet } = loopback();

  it('sends no RST by abort() once only its FIN is left to send', async () => {
    const { connection, client } = await meet(kind);
    const parted = parting(client);
    const end = ending(connection.end());
    const target = targetOf((connection as Accepted).descriptor);
    connection.abort();
    await end;
    expect(await parted).toBe('FIN');
    expect(isOpen(target)).toBe(false);
  });
});

describe('reset', () => {
  const { closing } = loopback();
  const path = temporaryDirectory();

  it('closes a UNIX socket, which has no RST', async () => {
    const server = createServer((peer) => peer.resume()).listen(path('socket'));
    const socket = connect({ path: path('socket') });
    closing(() => {
      server.close();
    });
    await once(socket, 'connect');
    const closed = once(socket, 'close');
    reset(socket);
    expect(await closed).toStrictEqual([false]);
  });
});

describe('endpoint', () => {
  it.each([
    ['127.0.0.1', 5000, '127.0.0.1:5000'],
    ['::1', 5000, '[::1]:5000'],
    ['::ffff:10.0.0.1', 80, '10.0.0.1:80'],
    ['::ffff:ab', 80, '[::ffff:ab]:80'],
    [undefined, undefined, 'unknown:0'],
  ])('shows %s and %s as %s', (address, port, shown) => {
    expect(endpoint(address, port)).toBe(shown);
  });
});
