import { closeSync, openSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { take, toArray } from 'rxjs';
import { listen } from '../../src/node/index.js';
import { keepAliveFrom } from '../support/keepAlive.js';
import { LOOPBACK, loopback } from '../support/loopback.js';
import { COMPLETED, ending, first, afterPolls, whole } from '../support/outcome.js';
import { sample } from '../support/sample.js';

describe.each(['landing', 'data'] as const)('listen, reading by %s', (reading) => {
  const { accept, follow, plainClient } = loopback();

  it('emits its address, then connections in the order of arrival (S5)', async () => {
    const { seen$ } = follow(listen({ port: 0, host: LOOPBACK, reading }));
    const { address, connections$ } = await first(seen$);
    const accepted$ = accept(connections$).seen$;
    const clients = await Promise.all(Array.from({ length: 20 }, () => plainClient(address.port)));
    const connections = await first(accepted$.pipe(take(20), toArray()));
    expect(address.address).toBe(LOOPBACK);
    expect(connections.map(({ peer }) => peer)).toStrictEqual(
      clients.map(({ localPort }) => `${LOOPBACK}:${String(localPort)}`),
    );
  });

  it('accepts IPv4 and IPv6 by default (S1)', async () => {
    const { seen$ } = follow(listen({ port: 0, reading }));
    const { address, connections$ } = await first(seen$);
    const accepted$ = accept(connections$).seen$;
    const hosts = loopbackAddresses();
    const peers: string[] = [];
    for (const host of hosts) {
      const { localPort } = await plainClient(address.port, host);
      peers.push(
        host === LOOPBACK ? `${host}:${String(localPort)}` : `[${host}]:${String(localPort)}`,
      );
    }
    const connections = await first(accepted$.pipe(take(hosts.length), toArray()));
    expect(hosts).toContain(LOOPBACK);
    expect(connections.map(({ peer }) => peer)).toStrictEqual(peers);
  });

  it('errors if the port is in use', async () => {
    const { seen$ } = follow(listen({ port: 0, host: LOOPBACK, reading }));
    const { port } = (await first(seen$)).address;
    expect(await ending(listen({ port, host: LOOPBACK, reading }))).toMatchObject({
      name: 'ListenError',
      port,
      host: LOOPBACK,
      cause: { code: 'EADDRINUSE' },
    });
  });

  it('errors if an inherited descriptor is no socket', async () => {
    const fd = openSync('package.json', 'r');
    const port = { fd };
    expect(await ending(listen({ port, reading }))).toMatchObject({
      name: 'ListenError',
      port,
      cause: { code: 'EINVAL' },
    });
    closeSync(fd);
  });

  it('frees the port when it is unsubscribed', async () => {
    const { seen$, stop } = follow(listen({ port: 0, host: LOOPBACK, reading }));
    const { port } = (await first(seen$)).address;
    stop();
    const again$ = follow(listen({ port, host: LOOPBACK, reading })).seen$;
    expect((await first(again$)).address.port).toBe(port);
  });

  it.each([10_000, undefined])(
    'asks silent peers whether they are still there after %s ms',
    async (keepAlive) => {
      const { seen$ } = follow(listen({ port: 0, host: LOOPBACK, reading, keepAlive }));
      const { address, connections$ } = await first(seen$);
      const { seen$: accepted$ } = accept(connections$);
      await plainClient(address.port);
      await first(accepted$);
      // Of an idle connection, the timer is on from the start.
      await afterPolls();
      expect(keepAliveFrom(address.port)).toBe(
        keepAlive !== undefined && process.platform === 'linux',
      );
    },
  );

  it('completes and frees the port when its connections are unsubscribed, and open connections continue', async () => {
    const { seen$ } = follow(listen({ port: 0, host: LOOPBACK, reading }));
    const { address, connections$ } = await first(seen$);
    const accepted = accept(connections$);
    const client = await plainClient(address.port);
    const { bytes$ } = await first(accepted.seen$);

    accepted.stop();
    expect(await ending(seen$)).toBe(COMPLETED);
    await expect(plainClient(address.port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    client.end(sample(100));
    expect(await whole(bytes$)).toStrictEqual(sample(100));
  });
});

/** Those of 127.0.0.1 and ::1 that this machine has. */
const loopbackAddresses = (): string[] =>
  Object.values(networkInterfaces())
    .flatMap((addresses = []) => addresses.map(({ address }) => address))
    .filter((address) => [LOOPBACK, '::1'].includes(address));
