import { once } from 'node:events';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import {
  catchError,
  concat,
  defer,
  EMPTY,
  filter,
  mergeMap,
  type Observable,
  ReplaySubject,
  tap,
} from 'rxjs';
import { ResetError, TlsError } from '../../src/errors.js';
import {
  type Accepted,
  type ClientTls,
  connectTo,
  type Connection,
  handshake,
  listen,
  type ServerTls,
} from '../../src/node/index.js';
import { createTicketKeys } from '../../src/node/tls.js';
import { identity, pem } from '../support/certificates.js';
import { handOver, LOOPBACK, loopback, parting } from '../support/loopback.js';
import { COMPLETED, ending, first, thrownBy, afterPolls, whole } from '../support/outcome.js';
import { KiB, MiB, sample } from '../support/sample.js';

/** More than the kernels keep between a sender and a receiver that does not read. */
const TOO_MUCH = 16 * MiB;

const memory = (): number => process.memoryUsage().arrayBuffers;

const MUTUAL = { ...identity('server'), ca: pem('ca') };
const TRUSTING: ClientTls = { ca: pem('ca'), servername: 'localhost' };

const tlsErrorOf = (reason: RegExp) => ({
  name: 'TlsError',
  cause: { message: expect.stringMatching(reason) as string },
});

describe('handshake', () => {
  const { accept, follow, meet, plainClient, secured } = loopback();

  /** A server that makes a handshake with each connection. */
  const listening = async (tls: ServerTls = identity('server')) => {
    const { seen$ } = follow(listen({ port: 0, host: LOOPBACK, readSize: 64 * KiB }));
    const { address, connections$ } = await first(seen$);
    const refusals$ = new ReplaySubject<unknown>(Infinity);
    const { seen$: accepted$, stop } = accept(
      connections$.pipe(mergeMap(secureOr(refusals$, tls))),
    );
    return { port: address.port, accepted$, refusals$, stop };
  };

  it('errors at a FIN without close_notify, whatever bytes came before', async () => {
    for (const size of [0, 100, 3 * MiB]) {
      const { connection, client, tcp } = await meet('TLS');
      const end = ending(connection.bytes$);
      await handOver(client, sample(size));
      tcp.end();
      expect(await end).toMatchObject(tlsErrorOf(/without close_notify/));
      expect(await ending(connection.bytes$)).toBeInstanceOf(TlsError);
    }
  });

  it('errors at a FIN without close_notify that came without a subscriber', async () => {
    const { connection, client, tcp } = await meet('TLS');
    await handOver(client, sample(100));
    tcp.end();
    await afterPolls();
    expect(await ending(connection.bytes$)).toMatchObject(tlsErrorOf(/without close_notify/));
  });

  it('emits the end if the FIN came while it was held', async () => {
    const { connection, client } = await meet('TLS');
    client.end(sample(20 * KiB));
    await first(connection.bytes$);
    await afterPolls();
    expect(await ending(connection.bytes$)).toBe(COMPLETED);
  });

  it('emits all bytes of a peer that has ended and then resets, even if it is held meanwhile', async () => {
    const { port, accepted$ } = await listening();
    const tcp = await plainClient(port);
    // Or Nagle's algorithm holds back the last bytes, and the reset throws them away.
    tcp.setNoDelay(true);
    const client = secured(withoutFin(tcp));
    const connection = await first(accepted$);
    client.write(sample(KiB));
    await first(connection.bytes$);
    client.end(sample(66 * KiB));
    await once(client, 'finish');
    tcp.resetAndDestroy();
    await afterPolls();
    const some = Buffer.from(await first(connection.bytes$));
    await afterPolls();
    const rest = await whole(connection.bytes$);
    expect(Buffer.concat([some, rest]).equals(sample(66 * KiB))).toBe(true);
  });

  it('errors at invalid bytes in the middle of the stream', async () => {
    const { connection, client, tcp } = await meet('TLS');
    const end = ending(connection.bytes$);
    await handOver(client, sample(100));
    tcp.write('no TLS');
    tcp.write(sample(100));
    expect(await end).toBeInstanceOf(TlsError);
  });

  it('decrypts only a few reads for a slow reader, so the sender waits (S8)', async () => {
    const { connection, client } = await meet('TLS');
    const block = sample(64 * KiB);
    let sent = 0;
    const send = (): void => {
      client.write(block, (error) => {
        if (error) return;
        sent += block.byteLength;
        send();
      });
    };
    const before = memory();
    send();
    for (let turn = 0; turn < 200; turn++) {
      await first(connection.bytes$);
      await afterPolls(2);
    }
    // The kernels take more for a while; without back-pressure they would without end.
    for (let waiting = 0; waiting < sent;) {
      waiting = sent;
      await afterPolls(300);
    }
    expect(sent).toBeGreaterThan(2 * MiB);
    expect(memory() - before).toBeLessThan(8 * MiB);
  });

  it('accepts clients without a certificate if no authority is given', async () => {
    const { port, accepted$ } = await listening();
    const client = secured(await plainClient(port));
    client.end(sample(100));
    expect(await whole((await first(accepted$)).bytes$)).toStrictEqual(sample(100));
  });

  it('accepts clients with a certificate of the given authority', async () => {
    const { port, accepted$ } = await listening(MUTUAL);
    const tcp = await plainClient(port);
    secured(tcp, identity('client')).end(sample(100));
    const connection = await first(accepted$);
    expect(connection.peer).toBe(`${LOOPBACK}:${String(tcp.localPort)}`);
    expect(await whole(connection.bytes$)).toStrictEqual(sample(100));
  });

  it('reads the identity of a client from its certificate, and requests none without an authority', async () => {
    const tls = { ...identity('server'), ca: pem('names-ca') };
    const { port, accepted$ } = await listening(tls);
    secured(await plainClient(port), identity('alice'));
    expect((await first(accepted$)).client).toMatchObject({ name: 'alice' });

    const open = await listening();
    secured(await plainClient(open.port), identity('alice'));
    expect((await first(open.accepted$)).client).toBeUndefined();
  });

  it('recognizes a client that resumes its session', async () => {
    const tls = { ...identity('server'), ca: pem('names-ca') };
    const { port, accepted$ } = await listening(tls);
    const early = secured(await plainClient(port), identity('alice'));
    const [session] = (await once(early, 'session')) as [Buffer];
    const late = await plainClient(port);
    const resumed = secured(late, { ...identity('alice'), session });
    const isLate = ({ peer }: Connection) => peer === `${LOOPBACK}:${String(late.localPort)}`;
    const { client } = await first(accepted$.pipe(filter(isLate)));
    expect(client).toMatchObject({ name: 'alice' });
    expect(resumed.isSessionReused()).toBe(true);
  });

  it('resumes the sessions of a server that has the same ticket keys, and of no other', async () => {
    const ticketKeys = createTicketKeys();
    const connect = async (tls: ServerTls, session?: Buffer) => {
      const { port } = await listening(tls);
      return secured(await plainClient(port), { session });
    };
    const isResumed = async (tls: ServerTls, session: Buffer) => {
      const client = await connect(tls, session);
      await once(client, 'secureConnect');
      // Node crashes if a TLS socket directly above TCP is destroyed within this event.
      await afterPolls(1);
      return client.isSessionReused();
    };
    const client = await connect({ ...identity('server'), ticketKeys });
    const [session] = (await once(client, 'session')) as [Buffer];
    expect(await isResumed({ ...identity('server'), ticketKeys }, session)).toBe(true);
    expect(await isResumed(identity('server'), session)).toBe(false);
  });

  it.each([
    ['no certificate', {}, /did not return a certificate/],
    ['one of another authority', identity('other-client'), /UNABLE_TO_VERIFY_LEAF_SIGNATURE/],
    ['one that has expired', identity('expired-client'), /CERT_HAS_EXPIRED/],
    ['one for servers', identity('server'), /INVALID_PURPOSE/],
    [
      'no TLS that is safe',
      { maxVersion: 'TLSv1.1', minVersion: 'TLSv1', ciphers: 'ALL@SECLEVEL=0' } as const,
      /protocol/,
    ],
  ])('refuses clients with %s, and accepts the next', async (_, options, reason) => {
    const { port, accepted$, refusals$ } = await listening(MUTUAL);
    const tcp = await plainClient(port);
    const parted = parting(secured(tcp, options), tcp);
    expect(await first(refusals$)).toMatchObject(tlsErrorOf(reason));
    expect(await parted).toBe('RST');

    const next = await plainClient(port);
    secured(next, identity('client'));
    expect((await first(accepted$)).peer).toBe(`${LOOPBACK}:${String(next.localPort)}`);
  });

  it.each([
    ['plain bytes', (tcp: Socket) => tcp.write('plain bytes')],
    ['zeros', (tcp: Socket) => tcp.write(Buffer.alloc(100 * KiB))],
    ['an invalid hello', (tcp: Socket) => tcp.write('\x16\x03\x01\x00\x05hello')],
    ['nothing', (tcp: Socket) => tcp.end()],
  ])('refuses a sender of %s with an RST', async (_, act) => {
    const { port, refusals$ } = await listening();
    const tcp = await plainClient(port);
    const parted = parting(tcp);
    act(tcp);
    expect(await first(refusals$)).toBeInstanceOf(TlsError);
    expect(await parted).toBe('RST');
  });

  it('errors if the client resets during the handshake', async () => {
    const { port, refusals$ } = await listening();
    const tcp = await plainClient(port);
    await handOver(tcp, Buffer.from('\x16\x03\x01\x02\x00\x01', 'latin1'));
    tcp.resetAndDestroy();
    expect(await first(refusals$)).toMatchObject({
      name: 'TlsError',
      cause: { name: 'ResetError' },
    });
  });

  it('emits connections in the order of their completed handshakes', async () => {
    const { port, accepted$ } = await listening();
    const early = await plainClient(port);
    const late = await plainClient(port);
    secured(late);
    expect((await first(accepted$)).peer).toBe(`${LOOPBACK}:${String(late.localPort)}`);
    secured(early);
    await first(accepted$.pipe(filter(({ peer }) => peer.endsWith(String(early.localPort)))));
  });

  it('resets connections in their handshake when it is unsubscribed', async () => {
    const { port, stop } = await listening();
    const tcp = await plainClient(port);
    const parted = parting(tcp);
    await handOver(tcp, Buffer.from('\x16\x03\x01', 'latin1'));
    await afterPolls();
    stop();
    expect(await parted).toBe('RST');
  });

  it.each([
    ['a key of another certificate', { cert: pem('server'), key: pem('client.key') }],
    ['no PEM', { cert: 'no PEM', key: 'no PEM' }],
    ['an invalid authority', { ...identity('server'), ca: 'no PEM' }],
  ])('throws at once if it is given %s', (_, tls) => {
    expect(thrownBy(() => handshake(tls))).toBeInstanceOf(TlsError);
  });
});

describe('connectTo with TLS', () => {
  const { accept, follow, plainServer } = loopback();

  /** A server of ours, and an uplink to it. */
  const meet = async (tls = TRUSTING, server: ServerTls = identity('server')) => {
    const listener = await first(follow(listen({ port: 0, host: LOOPBACK })).seen$);
    const secured$ = listener.connections$.pipe(
      mergeMap(secureOr(new ReplaySubject(Infinity), server)),
    );
    const accepted$ = accept(secured$).seen$;
    const { port } = listener.address;
    const { seen$: uplink$, stop } = follow(connectTo({ address: LOOPBACK, port, tls }));
    return { accepted$, uplink$, stop };
  };

  it('sends and receives, and completes when both sides have ended', async () => {
    const { accepted$, uplink$ } = await meet();
    const uplink = await first(uplink$);
    uplink.write(sample(3 * MiB));
    const end = ending(uplink.end());
    const connection = await first(accepted$);
    expect((await whole(connection.bytes$)).equals(sample(3 * MiB))).toBe(true);
    await end;
    expect([uplink.taken(), uplink.pending()]).toStrictEqual([3 * MiB, 0]);
    await ending(connection.end());
    expect(await ending(uplink.bytes$)).toBe(COMPLETED);
    expect(await ending(uplink$)).toBe(COMPLETED);
  });

  it.each([
    [
      'an authority that it does not know',
      { ...TRUSTING, ca: pem('other-ca') },
      /unable to verify/,
    ],
    ['an authority that Node does not know', { servername: 'localhost' }, /unable to verify/],
    ['another name', { ...TRUSTING, servername: 'example.org' }, /altnames/],
    ['another address', { ...TRUSTING, servername: '127.0.0.2' }, /IP: 127.0.0.2/],
  ])('errors at a server with a certificate of %s', async (_, tls, reason) => {
    const { uplink$ } = await meet(tls);
    expect(await ending(uplink$)).toMatchObject(tlsErrorOf(reason));
  });

  it('errors at a server with a certificate that has expired', async () => {
    const { uplink$ } = await meet(TRUSTING, identity('expired'));
    expect(await ending(uplink$)).toMatchObject(tlsErrorOf(/expired/));
  });

  it('verifies an address in the certificate, too', async () => {
    const { uplink$ } = await meet({ ...TRUSTING, servername: LOOPBACK });
    expect((await first(uplink$)).pending()).toBe(0);
  });

  it('errors at a server without TLS', async () => {
    const { port, sockets$ } = await plainServer();
    const { seen$ } = follow(connectTo({ address: LOOPBACK, port, tls: TRUSTING }));
    (await first(sockets$)).write('220 ready for anything\r\n');
    expect(await ending(seen$)).toBeInstanceOf(TlsError);
  });

  it.each(['end', 'resetAndDestroy'] as const)(
    'errors where the server goes away in the midst of the handshake (%s)',
    async (leave) => {
      const { port, sockets$ } = await plainServer();
      const { seen$ } = follow(connectTo({ address: LOOPBACK, port, tls: TRUSTING }));
      const socket = await first(sockets$);
      await afterPolls();
      socket[leave]();
      expect(await ending(seen$)).toBeInstanceOf(TlsError);
    },
  );

  it('reports by its bytes that the server refuses its certificate', async () => {
    const { uplink$ } = await meet(TRUSTING, MUTUAL);
    expect(await ending((await first(uplink$)).bytes$)).toMatchObject(
      tlsErrorOf(/certificate required/),
    );
  });

  it('errors at a FIN without close_notify', async () => {
    const { uplink$, leave } = await meetRude();
    const end = ending((await first(uplink$)).bytes$);
    await leave('end');
    expect(await end).toMatchObject(tlsErrorOf(/without close_notify/));
  });

  it('distinguishes a reset from a FIN without close_notify', async () => {
    const { uplink$, leave } = await meetRude();
    const end = ending((await first(uplink$)).bytes$);
    await leave('resetAndDestroy');
    expect(await end).toBeInstanceOf(ResetError);
  });

  it('is full while the kernel accepts no more, and counts the accepted bytes', async () => {
    const { uplink$, accepted$ } = await meet();
    const uplink = await first(uplink$);
    expect([uplink.taken(), uplink.pending()]).toStrictEqual([0, 0]);
    expect(await first(uplink.full$)).toBe(false);
    uplink.write(sample(TOO_MUCH));
    await afterPolls(300);
    expect(await first(uplink.full$)).toBe(true);
    expect(uplink.taken()).toBeGreaterThan(0);
    expect(uplink.pending()).toBeGreaterThan(0);
    expect(uplink.taken() + uplink.pending()).toBe(TOO_MUCH);
    expect((await first(uplink.unacknowledged$)) ?? Infinity).toBeGreaterThan(0);

    follow((await first(accepted$)).bytes$);
    await first(uplink.full$.pipe(filter((full) => !full)));
    expect([uplink.taken(), uplink.pending()]).toStrictEqual([TOO_MUCH, 0]);
  });

  it.each([false, true])(
    'resets when it is unsubscribed before its end, bytes waiting: %s (C6)',
    async (waiting) => {
      const { uplink$, stop, accepted$ } = await meet();
      const uplink = await first(uplink$);
      uplink.write(sample(waiting ? TOO_MUCH : 100));
      const end = waiting ? ending(uplink.end()) : undefined;
      const connection = await first(accepted$);
      await afterPolls();
      stop();
      expect(await ending(connection.bytes$)).toBeInstanceOf(ResetError);
      expect(await (end ?? ending(uplink.end()))).toBeInstanceOf(ResetError);
    },
  );

  it('sends no RST when it is unsubscribed after its end', async () => {
    const { uplink$, stop, accepted$ } = await meet();
    const uplink = await first(uplink$);
    uplink.write(sample(100));
    await ending(uplink.end());
    stop();
    expect(await whole((await first(accepted$)).bytes$)).toStrictEqual(sample(100));
  });

  it('can leave once the peer has acknowledged all bytes, and not before', async () => {
    const { uplink$, accepted$ } = await meet();
    const uplink = await first(uplink$);
    uplink.write(sample(TOO_MUCH));
    const left = ending(uplink.leavable$);
    await first(uplink.unacknowledged$);
    expect(await Promise.race([left, afterPolls()])).not.toBe(COMPLETED);
    follow((await first(accepted$)).bytes$);
    expect(await left).toBe(COMPLETED);
  });

  it('has emitted the end of a peer once it is flushed, if it has come by then (C2)', async () => {
    const { uplink$, accepted$ } = await meet();
    const uplink = await first(uplink$);
    let ended = false;
    follow(uplink.bytes$.pipe(tap({ complete: () => (ended = true) })));
    const connection = await first(accepted$);
    const endedByThen = await new Promise((resolve) => {
      follow(
        concat(
          connection.end(),
          defer(() => uplink.flushed$),
        ).pipe(
          tap({
            complete() {
              resolve(ended);
            },
          }),
        ),
      );
    });
    expect(endedByThen).toBe(true);
  });

  it('leaves no socket open when it is unsubscribed during the handshake', async () => {
    const { port, sockets$ } = await plainServer();
    const { stop } = follow(connectTo({ address: LOOPBACK, port, tls: TRUSTING }));
    const socket = await first(sockets$);
    await afterPolls();
    const parted = parting(socket);
    stop();
    expect(await parted).toBe('RST');
  });

  /** A plain server of TLS, whose TCP socket goes away below it. */
  async function meetRude() {
    const { port, sockets$ } = await plainServer();
    const { seen$: uplink$ } = follow(connectTo({ address: LOOPBACK, port, tls: TRUSTING }));
    const tcp = await first(sockets$);
    const socket = await secureServer(tcp);
    return {
      uplink$,
      leave: async (how: 'end' | 'resetAndDestroy') => {
        await handOver(socket, sample(100));
        tcp[how]();
      },
    };
  }
});

/** A stream above a TCP socket whose end is no FIN. */
function withoutFin(tcp: Socket): Duplex {
  const stream = new Duplex({
    read: () => undefined,
    write: (chunk: Uint8Array, _, done) => tcp.write(chunk, done),
    final: (done) => {
      done();
    },
  });
  tcp.on('data', (chunk) => stream.push(chunk));
  return stream;
}

/** Secures connections, and keeps the errors of those that cannot be. */
function secureOr(
  refusals$: ReplaySubject<unknown>,
  tls: ServerTls,
): (accepted: Accepted) => Observable<Connection> {
  const secure = handshake(tls);
  return (accepted) =>
    secure(accepted).pipe(
      catchError((error: unknown) => {
        refusals$.next(error);
        return EMPTY;
      }),
    );
}

async function secureServer(tcp: Socket): Promise<TLSSocket> {
  const { createServer } = await import('node:tls');
  const server = createServer(identity('server'));
  const secured = once(server, 'secureConnection');
  server.emit('connection', tcp);
  const [socket] = (await secured) as [TLSSocket];
  return socket.on('error', () => undefined);
}
