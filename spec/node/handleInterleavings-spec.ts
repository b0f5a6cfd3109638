import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import fc from 'fast-check';
import { concat, Subscription, take } from 'rxjs';
import { ResetError } from '../../src/errors.js';
import type { Accepted } from '../../src/node/connection.js';
import { type RawHandle, takeHandles } from '../../src/node/handle.js';
import { acceptedOf } from '../../src/node/handleConnection.js';
import { following } from '../support/following.js';
import { handOver, LOOPBACK } from '../support/loopback.js';
import { afterPolls, COMPLETED } from '../support/outcome.js';
import { sample } from '../support/sample.js';

/**
 * The invariant of a connection that is read through its handle: in whatever order it is read, left, read again, and
 * given a socket, its reader gets the bytes of the peer once, in order, and the end that the peer has made.
 */
describe('a connection over its handle', () => {
  const { closing } = following();

  it('loses no byte, and takes no reset for an end, in 2,000 orders of events', async () => {
    const server = createServer();
    closing(() => {
      server.close();
    });
    await once(server.listen(0, LOOPBACK), 'listening');
    const { port } = server.address() as AddressInfo;
    let take: (handle: RawHandle) => void = () => undefined;
    takeHandles(server, (handle) => {
      take(handle);
    });
    const meet = async () => {
      const taken = new Promise<RawHandle>((resolve) => (take = resolve));
      const client = connect({ port, host: LOOPBACK, allowHalfOpen: true }).pause();
      client.on('error', () => undefined);
      return { client, connection: acceptedOf(await taken, 'peer', READ_BYTES) };
    };
    const outcomes = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(scripts, async (script) => {
        const { client, connection } = await meet();
        const { sent, received, end } = await played(script, connection, client);
        connection.abort();
        client.destroy();
        const outcome = `${script.end}: ${end instanceof ResetError ? 'RESET' : String(end)}`;
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
        expect(received).toStrictEqual(sample(end === COMPLETED ? sent : received.length));
      }),
      { numRuns: 2_000 },
    );
    expect([...outcomes.keys()].sort()).toStrictEqual(OUTCOMES);
  });
});

const OUTCOMES = ['FIN, RST: completed', 'FIN: completed', 'RST: RESET'];

/** Buffers are often full, so that libuv reads once more, and gets nothing. */
const READ_BYTES = 64;

type Step = 'leave' | 'make a socket' | 'poll' | { send: number } | { read: number } | 'read';

interface Script {
  steps: readonly Step[];
  end: 'FIN' | 'RST' | 'FIN, RST';
}

const scripts: fc.Arbitrary<Script> = fc.record({
  steps: fc.array(
    fc.oneof(
      fc.record({ send: fc.constantFrom(1, READ_BYTES, 3 * READ_BYTES, 200) }),
      // So many chunks, and then at once as the next reader.
      fc.record({ read: fc.integer({ min: 1, max: 3 }) }),
      fc.constantFrom<Step>('read', 'poll', 'poll', 'leave', 'make a socket'),
    ),
    { maxLength: 10 },
  ),
  end: fc.constantFrom('FIN', 'RST', 'FIN, RST'),
});

async function played(script: Script, connection: Accepted, client: Socket) {
  const chunks: Buffer[] = [];
  let sent = 0;
  let reading = Subscription.EMPTY;
  let ended: Promise<unknown> | undefined;
  const read = (first = 0) => {
    reading.unsubscribe();
    const { bytes$ } = connection;
    ended = new Promise((resolve) => {
      reading = concat(bytes$.pipe(take(first)), bytes$).subscribe({
        next: (chunk) => chunks.push(Buffer.from(chunk)),
        error: resolve,
        complete: () => {
          resolve(COMPLETED);
        },
      });
    });
  };
  for (const step of script.steps) {
    if (step === 'poll') await afterPolls(1);
    else if (step === 'read') read();
    else if (step === 'make a socket') connection.incoming.socket.ref();
    else if (step === 'leave') {
      reading.unsubscribe();
      ended = undefined;
    } else if ('read' in step) read(step.read);
    else {
      await handOver(client, sample(sent + step.send).subarray(sent));
      sent += step.send;
    }
  }
  if (script.end !== 'RST') await once(client.end(), 'finish');
  if (script.end !== 'FIN') client.resetAndDestroy();
  if (!ended) read();
  return { sent, end: await ended, received: Buffer.concat(chunks) };
}
