import type { Socket } from 'node:net';
import {
  catchError,
  EMPTY,
  mergeMap,
  type Observable,
  of,
  ReplaySubject,
  tap,
  toArray,
} from 'rxjs';
import { IdleTimeoutError, ProxyHeaderError, ResetError } from '../../src/errors.js';
import { type Accepted, type Connection, handshake, listen } from '../../src/node/index.js';
import { type ProxyProtocol, proxyProtocol } from '../../src/node/proxyProtocol.js';
import { identity } from '../support/certificates.js';
import { handOver, LOOPBACK, loopback, parting } from '../support/loopback.js';
import { ending, first, afterPolls, whole } from '../support/outcome.js';
import { IPV4, proxyHeaderV1, proxyHeaderV2 } from '../support/proxyHeader.js';
import { KiB, MiB, sample } from '../support/sample.js';

const SOURCE = '192.0.2.7:40000';
const TEXT = Buffer.from(proxyHeaderV1());
const BINARY = proxyHeaderV2(0x21, 0x11, Buffer.concat([IPV4, Buffer.alloc(300)]));

/** Behind it, bytes that could be mistaken for another header. */
const FILE = Buffer.concat([TEXT, BINARY, sample(KiB)]);

describe.each(['landing', 'data'] as const)('proxyProtocol, by %s', (reading) => {
  const { accept, follow, plainClient, secured } = loopback();

  /** A server that reads the start of each connection. */
  const listening = async (
    read: keyof ProxyProtocol,
    { due = 10_000, then = (accepted: Accepted): Observable<Connection> => of(accepted) } = {},
  ) => {
    const { seen$ } = follow(listen({ port: 0, host: LOOPBACK, reading }));
    const { address, connections$ } = await first(seen$);
    const errors$ = new ReplaySubject<unknown>(Infinity);
    const start = proxyProtocol(due)[read];
    const { seen$: accepted$, stop } = accept(
      connections$.pipe(
        mergeMap((accepted) =>
          start(accepted).pipe(
            mergeMap(then),
            catchError((error: unknown) => {
              errors$.next(error);
              return EMPTY;
            }),
          ),
        ),
      ),
    );
    return { port: address.port, accepted$, errors$, stop };
  };

  it.each([
    ['version 1', TEXT],
    ['version 2', BINARY],
  ])('takes the peer from a header of %s, and the bytes from behind it', async (_, header) => {
    const { port, accepted$ } = await listening('readHeader');
    const client = await plainClient(port);
    client.end(Buffer.concat([header, FILE]));
    const connection = await first(accepted$);
    expect(connection.peer).toBe(SOURCE);
    expect(await whole(connection.bytes$)).toStrictEqual(FILE);
  });

  it.each([
    ['version 1', TEXT],
    ['version 2', proxyHeaderV2(0x21, 0x11, IPV4)],
  ])('reads a header of %s byte by byte', async (_, header) => {
    const { port, accepted$ } = await listening('readHeader');
    const client = await plainClient(port);
    client.setNoDelay(true);
    for (const byte of header) {
      await handOver(client, Buffer.of(byte));
      await afterPolls(2);
    }
    client.end(FILE);
    const connection = await first(accepted$);
    expect(connection.peer).toBe(SOURCE);
    expect(await whole(connection.bytes$)).toStrictEqual(FILE);
  });

  it('keeps the peer of a proxy that connects for itself, and an end without a file', async () => {
    const { port, accepted$ } = await listening('readHeader');
    const client = await plainClient(port);
    client.end(proxyHeaderV2(0x20, 0));
    const connection = await first(accepted$);
    expect(connection.peer).toBe(`${LOOPBACK}:${String(client.localPort)}`);
    expect(await whole(connection.bytes$)).toHaveLength(0);
  });

  it('emits the bytes behind the header once, however often it is paused', async () => {
    const { port, accepted$ } = await listening('readHeader');
    const client = await plainClient(port);
    await handOver(client, Buffer.concat([TEXT, FILE]));
    const connection = await first(accepted$);
    await afterPolls();
    const some = Buffer.from(await first(connection.bytes$));
    client.end(sample(3 * MiB));
    await afterPolls();
    const more = Buffer.from(await first(connection.bytes$));
    const rest = await whole(connection.bytes$);
    expect(Buffer.concat([some, more, rest])).toStrictEqual(Buffer.concat([FILE, sample(3 * MiB)]));
  });

  it('reads the header before TLS', async () => {
    const secure = handshake(identity('server'));
    const { port, accepted$ } = await listening('readHeader', { then: secure });
    const tcp = await plainClient(port);
    await handOver(tcp, TEXT);
    secured(tcp).end(FILE);
    const connection = await first(accepted$);
    expect(connection.peer).toBe(SOURCE);
    expect(await whole(connection.bytes$)).toStrictEqual(FILE);
  });

  it.each([
    ['missing', (tcp: Socket) => tcp.write('a file')],
    ['missing', (tcp: Socket) => tcp.write('\x16\x03\x01')],
    ['malformed', (tcp: Socket) => tcp.write('PROXY TCP4 nobody\r\n')],
    ['incomplete', (tcp: Socket) => tcp.end()],
    ['incomplete', (tcp: Socket) => tcp.end('PROXY TC')],
    ['incomplete', (tcp: Socket) => tcp.end(BINARY.subarray(0, 100))],
  ])('resets a connection whose header is %s', async (problem, act) => {
    const { port, errors$ } = await listening('readHeader');
    const tcp = await plainClient(port);
    const parted = parting(tcp);
    act(tcp);
    const error = await first(errors$);
    expect(error).toBeInstanceOf(ProxyHeaderError);
    expect(error).toHaveProperty('problem', problem);
    expect(await parted).toBe('RST');
  });

  it('resets a connection whose header takes too long, also if its bytes come in time', async () => {
    const { port, errors$ } = await listening('readHeader', { due: 50 });
    const tcp = await plainClient(port);
    const parted = parting(tcp);
    tcp.write('PROXY UNKNOWN ');
    const typing = setInterval(() => tcp.write('x'), 5);
    expect(await first(errors$)).toBeInstanceOf(IdleTimeoutError);
    clearInterval(typing);
    expect(await parted).toBe('RST');
  });

  it('reports a reset within the header', async () => {
    const { port, errors$ } = await listening('readHeader');
    const tcp = await plainClient(port);
    await handOver(tcp, Buffer.from('PROXY'));
    tcp.resetAndDestroy();
    expect(await first(errors$)).toBeInstanceOf(ResetError);
  });

  it.each(['readHeader', 'refuseHeader'] as const)(
    'resets a connection if it is unsubscribed first (%s)',
    async (read) => {
      const { port, stop } = await listening(read);
      const tcp = await plainClient(port);
      const parted = parting(tcp);
      await handOver(tcp, Buffer.from('PROXY TCP'));
      await afterPolls();
      stop();
      expect(await parted).toBe('RST');
    },
  );

  it.each([
    ['version 1', TEXT],
    ['version 2', BINARY.subarray(0, 12)],
    ['an unknown sender', Buffer.from('PROXY UNKNOWN\r\n')],
    ['version 1, malformed', Buffer.from('PROXY TCP4 x')],
  ])('refuses a header of %s that is not expected', async (_, header) => {
    const { port, errors$ } = await listening('refuseHeader');
    const tcp = await plainClient(port);
    const parted = parting(tcp);
    tcp.write(header);
    expect(await first(errors$)).toHaveProperty('problem', 'unexpected');
    expect(await parted).toBe('RST');
  });

  it.each(['', 'P', 'PROXY', 'PROXY TCP5 is a text', '\r\n\r\n\0\r\nQUIT', 'PROXY UNKNOWNS'])(
    'changes no byte of a file that is %j',
    async (text) => {
      const { port, accepted$ } = await listening('refuseHeader');
      const client = await plainClient(port);
      client.setNoDelay(true);
      for (const byte of Buffer.from(text, 'latin1')) await handOver(client, Buffer.of(byte));
      client.end();
      const connection = await first(accepted$);
      expect(connection.peer).toBe(`${LOOPBACK}:${String(client.localPort)}`);
      expect(await whole(connection.bytes$)).toStrictEqual(Buffer.from(text, 'latin1'));
    },
  );

  it.each(['', 'PROX'])('passes on a sender that is silent after %j as idle', async (text) => {
    const { port, accepted$, errors$ } = await listening('refuseHeader', { due: 50 });
    const client = await plainClient(port);
    client.write(text);
    const { bytes$ } = await first(accepted$);
    const seen: string[] = [];
    const end = ending(bytes$.pipe(tap((chunk) => seen.push(Buffer.from(chunk).toString()))));
    expect(await end).toBeInstanceOf(IdleTimeoutError);
    expect(seen.join('')).toBe(text);
    errors$.complete();
    expect(await first(errors$.pipe(toArray()))).toStrictEqual([]);
  });

  it('passes on a reset before the first byte', async () => {
    const { port, accepted$ } = await listening('refuseHeader');
    const client = await plainClient(port);
    client.resetAndDestroy();
    expect(await ending((await first(accepted$)).bytes$)).toBeInstanceOf(ResetError);
  });
});
