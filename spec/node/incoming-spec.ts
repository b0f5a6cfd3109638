import { BehaviorSubject, ignoreElements, tap } from 'rxjs';
import { ResetError } from '../../src/errors.js';
import { afterPoll$ } from '../../src/node/index.js';
import { heldWhile } from '../../src/operators/index.js';
import { handOver, loopback } from '../support/loopback.js';
import { COMPLETED, ending, first, afterPolls, whole } from '../support/outcome.js';
import { KiB, MiB, sample } from '../support/sample.js';

/** `landing` and `dataEvents`, as the connections of `listen` read by them. */
describe.each(['landing', 'data', 'TLS'] as const)('bytes$, by %s', (kind) => {
  const { follow, meet } = loopback();

  it('emits all bytes and completes at the FIN', async () => {
    const { connection, client } = await meet(kind);
    client.end(sample(3 * MiB));
    expect((await whole(connection.bytes$)).equals(sample(3 * MiB))).toBe(true);
  });

  it('reads no byte before it is subscribed, and loses none', async () => {
    const { connection, client } = await meet(kind);
    await handOver(client, sample(100));
    await afterPolls();
    client.end(sample(100));
    expect(await whole(connection.bytes$)).toStrictEqual(Buffer.concat([sample(100), sample(100)]));
  });

  it('leaves the bytes in the kernels, so that the sender waits, while it is not subscribed', async () => {
    const { connection, client } = await meet(kind);
    client.end(sample(32 * MiB));
    await first(connection.bytes$);
    await afterPolls();
    expect(client.writableFinished).toBe(false);
    await ending(connection.bytes$);
    expect(client.writableFinished).toBe(true);
  });

  it('resumes where it stopped, each time it was held', async () => {
    const { connection, client } = await meet(kind);
    const full$ = new BehaviorSubject(false);
    const drain$ = afterPoll$.pipe(
      tap(() => {
        full$.next(false);
      }),
      ignoreElements(),
    );
    client.end(sample(4 * MiB));
    const received = await whole(
      connection.bytes$.pipe(
        heldWhile(full$),
        tap(() => {
          full$.next(true);
          follow(drain$);
        }),
      ),
    );
    expect(received.equals(sample(4 * MiB))).toBe(true);
  });

  it('loses no byte if a subscriber leaves at once', async () => {
    const { connection, client } = await meet(kind);
    connection.bytes$.subscribe().unsubscribe();
    await handOver(client, sample(100));
    await afterPolls();
    client.end(sample(100));
    expect(await whole(connection.bytes$)).toStrictEqual(Buffer.concat([sample(100), sample(100)]));
  });

  it('keeps the FIN for a later subscriber', async () => {
    const { connection, client } = await meet(kind);
    client.end();
    await afterPolls();
    expect(await ending(connection.bytes$)).toBe(COMPLETED);
    expect(await ending(connection.bytes$)).toBe(COMPLETED);
  });

  it.each([50 * KiB, 3 * MiB])(
    'distinguishes a reset right behind %i bytes from an end, every time (S7)',
    async (size) => {
      for (let time = 0; time < 20; time++) {
        const { connection, client, tcp } = await meet(kind);
        const end = ending(connection.bytes$);
        await handOver(client, sample(size));
        tcp.resetAndDestroy();
        expect(await end).toBeInstanceOf(ResetError);
      }
    },
  );

  it('distinguishes a reset from an end also without a subscriber', async () => {
    for (let time = 0; time < 20; time++) {
      const { connection, client, tcp } = await meet(kind);
      await handOver(client, sample(50 * KiB));
      await first(connection.bytes$);
      await handOver(client, sample(50 * KiB));
      tcp.resetAndDestroy();
      await afterPolls(3);
      expect(await ending(connection.bytes$)).toBeInstanceOf(ResetError);
    }
  });

  it('keeps the reset for a later subscriber', async () => {
    const { connection, tcp } = await meet(kind);
    tcp.resetAndDestroy();
    expect(await ending(connection.bytes$)).toBeInstanceOf(ResetError);
    expect(await ending(connection.bytes$)).toBeInstanceOf(ResetError);
  });

  it('throws for a second subscriber at the same time, and the first continues', async () => {
    const { connection, client } = await meet(kind);
    const received = whole(connection.bytes$);
    expect(await ending(connection.bytes$)).toBeInstanceOf(TypeError);
    client.end(sample(100));
    expect(await received).toStrictEqual(sample(100));
  });
});
