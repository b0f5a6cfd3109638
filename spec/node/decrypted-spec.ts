import { once } from 'node:events';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { BehaviorSubject, elementAt, ignoreElements, mergeMap, tap } from 'rxjs';
import { afterPoll$, type Connection, handshake, listen } from '../../src/node/index.js';
import { heldWhile } from '../../src/operators/index.js';
import { identity } from '../support/certificates.js';
import { LOOPBACK, loopback } from '../support/loopback.js';
import { afterPolls, first, whole } from '../support/outcome.js';
import { KiB, MiB, sample } from '../support/sample.js';

describe('decrypted bytes', () => {
  const { accept, closing, follow, plainClient, secured } = loopback();

  const listening = async (readSize?: number) => {
    const { seen$ } = follow(listen({ port: 0, host: LOOPBACK, readSize }));
    const { address, connections$ } = await first(seen$);
    const { seen$: accepted$ } = accept(connections$.pipe(mergeMap(handshake(identity('server')))));
    return {
      connect: () => plainClient(address.port),
      accepted: (index: number) => first(accepted$.pipe(elementAt(index))),
    };
  };

  /** The bytes of a connection, held at each chunk. */
  const heldAtEach = ({ bytes$ }: Connection) => {
    const full$ = new BehaviorSubject(false);
    const drain$ = afterPoll$.pipe(
      tap(() => {
        full$.next(false);
      }),
      ignoreElements(),
    );
    return bytes$.pipe(
      heldWhile(full$),
      tap(() => {
        full$.next(true);
        follow(drain$);
      }),
    );
  };

  it('are one chunk for one read, in memory that all connections share', async () => {
    const { connect, accepted } = await listening();
    const chunks: Uint8Array[] = [];
    for (const index of [0, 1]) {
      const encrypted = new Gathering(await connect());
      const client = secured(encrypted);
      const { bytes$ } = await accepted(index);
      encrypted.hold();
      for (let records = 0; records < 4; records++) client.write(sample(10 * KiB));
      await afterPolls(5);
      encrypted.deliver();
      chunks.push(await first(bytes$));
    }
    const [one, other] = chunks;
    expect([one?.byteLength, other?.byteLength]).toStrictEqual([40 * KiB, 40 * KiB]);
    expect(one?.buffer).toBe(other?.buffer);
  });

  it('come late if they came together with the end of the handshake, and are unchanged', async () => {
    const { connect, accepted } = await listening();
    const tcp = await connect();
    const encrypted = new Gathering(tcp);
    const client = secured(encrypted);
    tcp.prependOnceListener('data', () => {
      encrypted.hold();
    });
    await once(client, 'secureConnect');
    client.end(sample(50 * KiB));
    await afterPolls(5);
    encrypted.deliver();
    const early = await accepted(0);

    const other = Buffer.alloc(100 * KiB, 'other');
    secured(await connect()).end(other);
    expect((await whole((await accepted(1)).bytes$)).equals(other)).toBe(true);

    expect((await whole(early.bytes$)).equals(sample(50 * KiB))).toBe(true);
  });

  it.each([
    ['as much as it can', undefined, 5 * MiB],
    ['64 KiB', 64 * KiB, 5 * MiB],
    ['1,000 bytes', 1_000, 200 * KiB],
  ])(
    'stay with their connection, each held at each chunk, if a read is %s',
    async (_, readSize, size) => {
      const { connect, accepted } = await listening(readSize);
      const senders = [1_000, 10_000, 100_000].map((piece) => ({
        piece,
        sent: Buffer.alloc(size, `sent in pieces of ${String(piece)}`),
      }));
      const received: Promise<Buffer>[] = [];
      for (const [index, { sent, piece }] of senders.entries()) {
        const client = secured(await connect());
        received.push(whole(heldAtEach(await accepted(index))));
        for (let at = 0; at < size; at += piece) client.write(sent.subarray(at, at + piece));
        client.end();
      }
      const whether = (await Promise.all(received)).map((bytes, index) =>
        bytes.equals(senders[index]?.sent ?? bytes),
      );
      expect(whether).toStrictEqual([true, true, true]);
    },
  );

  it('are the same if Node decrypts each record into memory of its own', async () => {
    const { connect, accepted } = await listening();
    closing(hideUserBuffer(secured(await connect())));
    const client = secured(await connect());
    client.end(sample(5 * MiB));
    const buffers = new Set<ArrayBufferLike>();
    const bytes = await whole(
      heldAtEach(await accepted(1)).pipe(
        tap(({ buffer }) => {
          buffers.add(buffer);
        }),
      ),
    );
    expect(bytes.equals(sample(5 * MiB))).toBe(true);
    expect(buffers.size).toBeGreaterThan(1);
  });
});

/** A stream above a TCP socket. What is written to it can be held, and delivered in one piece. */
class Gathering extends Duplex {
  private held: Uint8Array[] | undefined;

  constructor(private readonly tcp: Socket) {
    super();
    tcp.on('data', (chunk) => this.push(chunk));
  }

  hold(): void {
    this.held = [];
  }

  deliver(): void {
    this.tcp.write(Buffer.concat(this.held ?? []));
    this.held = undefined;
  }

  override _read(): void {
    // The TCP socket flows.
  }

  override _write(chunk: Uint8Array, _: BufferEncoding, done: () => void): void {
    if (this.held) this.held.push(Buffer.from(chunk));
    else this.tcp.write(chunk);
    done();
  }
}

/** Makes all TLS sockets like those of a version of Node that has no `useUserBuffer`; returns the way back. */
function hideUserBuffer(socket: TLSSocket): () => void {
  const { _handle: handle } = socket as unknown as { _handle: object };
  const prototype = Object.getPrototypeOf(handle) as { useUserBuffer?: unknown };
  prototype.useUserBuffer = undefined;
  return () => {
    delete prototype.useUserBuffer;
  };
}
