import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import fc from 'fast-check';
import {
  concat,
  defer,
  identity,
  ignoreElements,
  type MonoTypeOperatorFunction,
  of,
  repeat,
  startWith,
  Subject,
  Subscription,
  switchMap,
  take,
  tap,
} from 'rxjs';
import { ResetError } from '../../src/errors.js';
import { afterPoll$ } from '../../src/node/index.js';
import type { Accepted } from '../../src/node/connection.js';
import { type RawHandle, takeHandles } from '../../src/node/handle.js';
import { acceptedOf } from '../../src/node/handleConnection.js';
import { heldWhile } from '../../src/operators/index.js';
import { isOpen, targetOf } from '../support/descriptors.js';
import { following } from '../support/following.js';
import { handOver, LOOPBACK, parting } from '../support/loopback.js';
import { afterPolls, COMPLETED } from '../support/outcome.js';
import { sample } from '../support/sample.js';

/** A script takes milliseconds. If it hangs, its steps are reported, and not only that the spec did not end. */
const HUNG_MS = 5_000;

/**
 * The invariant of a connection that is read through its handle: in whatever order it is read, held, left, read again,
 * given a socket, ended and aborted, its readers get the bytes of the peer once, in order, and the end that was made:
 * all bytes before a FIN, and an error after an RST. Its descriptor is closed.
 */
describe('a connection over its handle', () => {
  const { closing } = following();

  it(
    'loses no byte, and takes no reset for an end, in 2,000 orders of events (S7)',
    async () => {
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
          const target = targetOf(connection.descriptor);
          try {
            const { sent, received, end } = await played(script, connection, client);
            const outcome = `${script.end}: ${end instanceof ResetError ? 'RESET' : String(end)}`;
            outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
            expect(received).toStrictEqual(sample(end === COMPLETED ? sent : received.length));
          } finally {
            connection.abort();
            client.destroy();
          }
          expect(isOpen(target)).toBe(false);
        }),
        { numRuns: 2_000, timeout: HUNG_MS },
      );
      expect([...outcomes.keys()].sort()).toStrictEqual(OUTCOMES);
    },
    24 * HUNG_MS,
  );
});

const OUTCOMES = ['FIN, RST: completed', 'FIN: completed', 'RST: RESET', 'abort: RESET'];

/** Buffers are often full, so that libuv reads once more, and gets nothing. */
const READ_BYTES = 64;

type Step = 'poll' | 'make a socket' | 'end, and read on' | { send: number } | Reading | 'leave';

interface Reading {
  /** So many chunks, and then at once as the next reader. */
  readonly read: number;
  readonly through: 'connection' | 'socket';
  /** A slow reader is held after each chunk for so many polls. */
  readonly heldPolls: number;
  /** It leaves at once: a socket of Node reads once more. */
  readonly leaves: boolean;
}

interface Script {
  steps: readonly Step[];
  /** The end that the peer makes, or our own. */
  end: 'FIN' | 'RST' | 'FIN, RST' | 'abort';
}

const scripts: fc.Arbitrary<Script> = fc.record({
  steps: fc.array(
    fc.oneof(
      fc.record({ send: fc.constantFrom(1, READ_BYTES, 3 * READ_BYTES, 200) }),
      fc.record({
        read: fc.integer({ min: 0, max: 3 }),
        through: fc.constantFrom('connection', 'connection', 'socket'),
        heldPolls: fc.constantFrom(0, 0, 1, 3),
        leaves: fc.constantFrom(false, false, true),
      }),
      fc.constantFrom<Step>('poll', 'poll', 'leave', 'make a socket', 'end, and read on'),
    ),
    { maxLength: 10 },
  ),
  end: fc.constantFrom('FIN', 'RST', 'FIN, RST', 'abort'),
});

/** Every wait is for an event that comes, whatever the order was. */
async function played({ steps, end }: Script, connection: Accepted, client: Socket) {
  const chunks: Buffer[] = [];
  let sent = 0;
  let reading = Subscription.EMPTY;
  let ended: Promise<unknown> | undefined;
  const leave = () => {
    reading.unsubscribe();
    ended = undefined;
  };
  const read = ({ read: first, through, heldPolls, leaves }: Reading) => {
    leave();
    const { bytes$ } = through === 'socket' ? connection.incoming : connection;
    ended = new Promise((resolve) => {
      reading = concat(bytes$.pipe(take(first)), bytes$)
        .pipe(heldPolls === 0 ? identity : heldFor(heldPolls))
        .subscribe({
          next: (chunk) => chunks.push(Buffer.from(chunk)),
          error: resolve,
          complete: () => {
            resolve(COMPLETED);
          },
        });
    });
    if (leaves) leave();
  };
  for (const step of steps) {
    if (step === 'poll') await afterPolls(1);
    else if (step === 'leave') leave();
    else if (step === 'make a socket') connection.incoming.socket.ref();
    else if (step === 'end, and read on') connection.end().subscribe({ error: () => undefined });
    else if ('read' in step) read(step);
    else {
      await handOver(client, sample(sent + step.send).subarray(sent));
      sent += step.send;
    }
  }
  if (end === 'abort') {
    const parted = parting(client);
    connection.abort();
    if (!steps.includes('end, and read on')) expect(await parted).toBe('RST');
  } else {
    if (end !== 'RST') await once(client.end(), 'finish');
    if (end !== 'FIN') client.resetAndDestroy();
  }
  if (!ended) read(TO_THE_END);
  return { sent, end: await ended, received: Buffer.concat(chunks) };
}

const TO_THE_END: Reading = { read: 0, through: 'connection', heldPolls: 0, leaves: false };

/** Holds the source after each chunk, until the event loop has polled so often. */
const heldFor =
  (polls: number): MonoTypeOperatorFunction<Uint8Array> =>
  (source) =>
    defer(() => {
      const chunk$ = new Subject<void>();
      const polled$ = afterPoll$.pipe(repeat(polls), ignoreElements());
      const full$ = chunk$.pipe(
        switchMap(() => concat(of(true), polled$, of(false))),
        startWith(false),
      );
      return source.pipe(
        heldWhile(full$),
        tap(() => {
          chunk$.next();
        }),
      );
    });
