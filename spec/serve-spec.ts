import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { filter, map, of, Subject, take, tap, toArray } from 'rxjs';
import { serve, type ServeIntoDirectory, type ServerEvent } from '../src/index.js';
import { identity, pem } from './support/certificates.js';
import { openDescriptors } from './support/descriptors.js';
import { contents, temporaryDirectory } from './support/directory.js';
import { handOver, LOOPBACK, loopback, parting } from './support/loopback.js';
import { COMPLETED, ending, first, afterPolls, until } from './support/outcome.js';
import { MiB, sample } from './support/sample.js';

describe('serve', () => {
  const { follow, freePort, plainClient, plainServer } = loopback();
  const path = temporaryDirectory();
  const files = () => contents(path('inbox'));

  /** A server that listens, and its events. */
  const serving = async (options: Partial<ServeIntoDirectory> = {}) => {
    const { seen$, stop } = follow(
      serve({ port: 0, host: LOOPBACK, dir: path('inbox'), ...options }),
    );
    const next = <T extends ServerEvent['type']>(type: T): Promise<ServerEvent & { type: T }> =>
      first(seen$.pipe(filter((event): event is ServerEvent & { type: T } => event.type === type)));
    const types = (count: number) =>
      first(
        seen$.pipe(
          map(({ type }) => type),
          take(count),
          toArray(),
        ),
      );
    const { port } = await next('listening');
    return { seen$, stop, next, types, port };
  };

  /** A client in the middle of its file. */
  const sending = async (port: number, text = 'half') => {
    const client = await plainClient(port);
    const parted = parting(client);
    await handOver(client, Buffer.from(text));
    await until(() => Object.values(files()).includes(text));
    return { client, parted };
  };

  it('emits what happens, and sends its FIN when the file is saved (S10)', async () => {
    const { port, next, types } = await serving();
    const client = await plainClient(port);
    const peer = `${LOOPBACK}:${String(client.localPort)}`;
    client.end('one');
    expect(await parting(client)).toBe('FIN');
    expect(files()).toStrictEqual({ '1.file': 'one' });
    expect(await types(3)).toStrictEqual(['listening', 'opened', 'received']);
    const stamp = { version: 1, time: expect.any(String) as string };
    const facts = { ...stamp, connection: 1, id: 1, file: '1.file', peer };
    expect(await next('opened')).toStrictEqual({ type: 'opened', ...facts });
    expect(await next('received')).toStrictEqual({
      type: 'received',
      ...facts,
      bytes: 3,
      ms: expect.any(Number) as number,
    });
  });

  it('saves an empty file for a connection without data (S5)', async () => {
    const { port } = await serving();
    const client = await plainClient(port);
    client.end();
    expect(await parting(client)).toBe('FIN');
    expect(files()).toStrictEqual({ '1.file': '' });
  });

  it('saves every byte (S8)', async () => {
    const { port, next } = await serving();
    (await plainClient(port)).end(sample(8 * MiB));
    expect(await next('received')).toMatchObject({ bytes: 8 * MiB });
    expect(files()['1.file'] === sample(8 * MiB).toString('latin1')).toBe(true);
  });

  it('numbers connections in the order of arrival, not of their ends (S4, S5)', async () => {
    const { port } = await serving();
    const clients = [];
    for (let id = 1; id <= 60; id++) {
      const client = await plainClient(port);
      client.write(`the ${id}`);
      clients.push({ id, client });
    }
    for (const { id, client } of clients.reverse()) {
      client.end('th');
      expect(await parting(client)).toBe('FIN');
      expect(files()[`${id}.file`]).toBe(`the ${id}th`);
    }
    expect(Object.keys(files())).toHaveLength(60);
  });

  it('discards the data of a connection that is reset, and the others continue (S7)', async () => {
    const { port, next } = await serving();
    const one = await sending(port, 'first');
    const two = await sending(port, 'second');
    one.client.resetAndDestroy();
    expect(await next('failed')).toMatchObject({ id: 1, bytes: 5, reason: 'RESET' });
    expect(files()).toMatchObject({ '1.file': 'ERROR' });
    two.client.end();
    expect(await two.parted).toBe('FIN');
    expect(files()).toStrictEqual({ '1.file': 'ERROR', '2.file': 'second' });
  });

  it('resets a connection that stays silent (S6, S7)', async () => {
    const { port, next } = await serving({ idleTimeout: 20 });
    const client = await plainClient(port);
    expect(await parting(client)).toBe('RST');
    expect(await next('failed')).toMatchObject({ id: 1, bytes: 0, reason: 'IDLE' });
    expect(files()).toStrictEqual({ '1.file': 'ERROR' });
  });

  it('saves the data before the silence with onIdle: keep', async () => {
    const { port } = await serving({ idleTimeout: 20, onIdle: 'keep' });
    const client = await plainClient(port);
    client.write('one');
    expect(await parting(client)).toBe('FIN');
    expect(files()).toStrictEqual({ '1.file': 'one' });
  });

  it('resets a connection that sends more than maxSize', async () => {
    const { port, next } = await serving({ maxSize: 3 });
    const client = await plainClient(port);
    const parted = parting(client);
    client.write('four');
    expect(await parted).toBe('RST');
    expect(await next('failed')).toMatchObject({ reason: 'TOO_LARGE' });
    expect(files()).toStrictEqual({ '1.file': 'ERROR' });
  });

  it('applies the options continue, mode and fsync', async () => {
    mkdirSync(path('inbox'));
    writeFileSync(path('inbox', '7.file'), 'old');
    const { port } = await serving({ continue: true, mode: 0o640, fsync: true });
    expect(openDescriptors(path())).toBe(1);
    const client = await plainClient(port);
    client.end('new');
    expect(await parting(client)).toBe('FIN');
    expect(files()).toStrictEqual({ '7.file': 'old', '8.file': 'new' });
    expect(statSync(path('inbox', '8.file')).mode & 0o777).toBe(0o640);
  });

  /** Connects and resets, several times, while this process cannot accept. */
  const connectAndReset = (port: number, times: number) => {
    execFileSync(process.execPath, ['--eval', RESETTER, String(port), String(times)]);
  };

  it.each([
    ['denied', { deny: ['127.0.0.0/8', '::1'] }, 'DENIED'],
    ['counted by its address', { maxPerHost: 1_000 }, 'UNKNOWN_PEER'],
    ['from a proxy', { proxyProtocol: ['127.0.0.1'] }, 'UNKNOWN_PEER'],
  ])(
    'gives no number to a connection that is reset at once and would be %s',
    async (_, options, reason) => {
      const { port, types, seen$ } = await serving(options);
      connectAndReset(port, 3);
      expect(await types(4)).toStrictEqual(['listening', 'refused', 'refused', 'refused']);
      const reasons$ = seen$.pipe(
        filter((event) => event.type === 'refused'),
        map((event) => event.reason),
      );
      expect(await first(reasons$)).toBe(reason);
      expect(files()).toStrictEqual({});
    },
  );

  it('refuses connections beyond maxRatePerHost', async () => {
    const { port, types, next } = await serving({ maxRatePerHost: 2 });
    const [one, two] = [await plainClient(port), await plainClient(port)];
    // Its RST may come before it knows that it is connected.
    await plainClient(port).catch(() => undefined);
    expect(await next('refused')).toMatchObject({ connection: 3, reason: 'MAX_RATE_PER_HOST' });
    one.end('one');
    two.end('two');
    await types(6);
    expect(files()).toStrictEqual({ '1.file': 'one', '2.file': 'two' });
  });

  it('numbers connections that are reset at once, if no option needs their address (S5, S7)', async () => {
    const { port, types } = await serving();
    connectAndReset(port, 2);
    await types(5);
    expect(files()).toStrictEqual({ '1.file': 'ERROR', '2.file': 'ERROR' });
  });

  it('reduces maxConnections to what the open-files limit allows, and reports that', async () => {
    const { next } = await serving({ maxConnections: 1_000_000_000 });
    const { asked, maxConnections } = await next('reduced');
    expect(asked).toBe(1_000_000_000);
    expect(maxConnections).toBeLessThan(1_000_000_000);
  });

  describe('at the stop', () => {
    it('resets transfers in flight, reports that and completes (S3, S7)', async () => {
      const stop$ = new Subject<void>();
      const { port, seen$, next, types } = await serving({ stop$ });
      const { parted } = await sending(port);
      stop$.next();
      expect(await parted).toBe('RST');
      expect(await ending(seen$)).toBe(COMPLETED);
      expect(await types(4)).toStrictEqual(['listening', 'opened', 'failed', 'stopped']);
      expect(await next('failed')).toMatchObject({ id: 1, bytes: 4, reason: 'SHUTDOWN' });
      expect(files()).toStrictEqual({ '1.file': 'ERROR' });
      await expect(plainClient(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    });

    it('lets transfers in flight continue while it drains, and accepts no others', async () => {
      const stop$ = new Subject<void>();
      const { port, seen$ } = await serving({ stop$, drain: 10_000 });
      const { client, parted } = await sending(port);
      stop$.next();
      await afterPolls(3);
      await expect(plainClient(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
      client.end(' and half');
      expect(await parted).toBe('FIN');
      expect(await ending(seen$)).toBe(COMPLETED);
      expect(files()).toStrictEqual({ '1.file': 'half and half' });
    });

    it('drains connections that waited to be accepted, although this process is late', async () => {
      const stop$ = new Subject<void>();
      const { port, seen$ } = await serving({ stop$, drain: 10_000 });
      // Nothing is accepted before their process has ended.
      execFileSync(process.execPath, ['--eval', TEN_SENDERS, String(port)]);
      stop$.next();
      // Longer than the 100 ms that the server gives them.
      execFileSync('sleep', ['0.2']);
      expect(await ending(seen$)).toBe(COMPLETED);
      expect(Object.values(files())).toStrictEqual(Array(10).fill('whole'));
    });

    it('ends the drain at a second stop', async () => {
      const stop$ = new Subject<void>();
      const { port, next } = await serving({ stop$, drain: 10_000 });
      const { parted } = await sending(port);
      stop$.next();
      stop$.next();
      expect(await parted).toBe('RST');
      expect(await next('failed')).toMatchObject({ reason: 'SHUTDOWN' });
    });

    it('stops even if the stop comes before it listens', async () => {
      const { seen$ } = follow(
        serve({ port: 0, host: LOOPBACK, dir: path('inbox'), stop$: of('now') }),
      );
      expect((await first(seen$.pipe(toArray()))).at(-1)).toStrictEqual({
        type: 'stopped',
        version: 1,
        time: expect.any(String) as string,
      });
    });
  });

  it('resets transfers in flight and frees port and directory when it is unsubscribed', async () => {
    const { port, stop } = await serving();
    const { parted } = await sending(port);
    stop();
    expect(await parted).toBe('RST');
    await until(() => files()['1.file'] === 'ERROR');
    expect(Object.keys(files())).toStrictEqual(['1.file']);
    expect((await serving({ port })).port).toBe(port);
  });

  it('starts anew at each subscription, and not before', async () => {
    const port = await freePort();
    const server$ = serve({ port, host: LOOPBACK, dir: path('inbox') });
    expect(contents(path())).toStrictEqual({});
    for (let time = 0; time < 2; time++) {
      const { seen$, stop } = follow(server$);
      expect(await first(seen$)).toStrictEqual({
        type: 'listening',
        version: 1,
        time: expect.any(String) as string,
        address: LOOPBACK,
        port,
      });
      stop();
    }
  });

  describe('if it cannot start (S2)', () => {
    it('leaves no directory behind if the port is in use', async () => {
      const { port } = await plainServer();
      expect(await ending(serve({ port, host: LOOPBACK, dir: path('inbox') }))).toMatchObject({
        name: 'ListenError',
        port,
      });
      expect(contents(path())).toStrictEqual({});
    });

    it.each([
      ...['idleTimeout', 'maxSize', 'minRate', 'maxDuration', 'drain', 'patience', 'progress'],
      ...['exitIdle', 'count', 'checkTimeout', 'maxConnections', 'maxPerHost', 'maxRatePerHost'],
    ])('creates nothing if %s is not a limit', async (limit) => {
      const server$ = serve({ port: 0, dir: path('new'), [limit]: NaN });
      expect(await ending(server$)).toBeInstanceOf(RangeError);
      expect(existsSync(path('new'))).toBe(false);
    });

    it.each([
      ['a name, but no authority', { tlsAllow: ['alice'] }],
      ['a name, but no authority of clients', { tlsAllow: ['alice'], tls: identity('server') }],
      ['an empty name', { tlsAllow: [''], tls: { ...identity('server'), ca: pem('ca') } }],
    ])('creates nothing if it is given %s', async (_, options) => {
      const server$ = serve({ port: 0, dir: path('new'), ...options });
      expect(await ending(server$)).toBeInstanceOf(TypeError);
      expect(existsSync(path('new'))).toBe(false);
    });

    it('names a directory that is not UTF-8 by its bytes', async () => {
      const dir = Buffer.concat([Buffer.from(path('missing/d')), Buffer.of(0xe9)]);
      expect(await ending(serve({ port: 0, dir }))).toMatchObject({
        name: 'DirectoryError',
        path: path('missing/d\\xe9'),
      });
    });

    it('opens no port if the directory cannot be created', async () => {
      const port = await freePort();
      const events: ServerEvent[] = [];
      const server$ = serve({ port, host: LOOPBACK, dir: path('missing', 'inbox') });
      expect(await ending(server$.pipe(tap((event) => events.push(event))))).toMatchObject({
        name: 'DirectoryError',
      });
      expect(events).toStrictEqual([]);
      await expect(plainClient(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    });

    it('does not disturb a server that uses the directory (S13)', async () => {
      const { port } = await serving();
      expect(await ending(serve({ port: 0, dir: path('inbox') }))).toMatchObject({
        name: 'DirectoryInUseError',
      });
      const client = await plainClient(port);
      client.end('one');
      expect(await parting(client)).toBe('FIN');
      expect(files()).toStrictEqual({ '1.file': 'one' });
    });
  });
});

/** Senders that leave once the system has taken what they send, without waiting for an answer. */
const TEN_SENDERS = `
  const { connect } = require('node:net');
  let sending = 10;
  for (let made = 0; made < 10; made++)
    connect(process.argv[1], '${LOOPBACK}').end('whole', () => --sending || process.exit());`;

/** Connects and resets at once, time after time. */
const RESETTER = `
  const [port, times] = process.argv.slice(1).map(Number);
  const next = (left) => {
    if (left === 0) return;
    const socket = require('node:net').connect(port, '127.0.0.1', () => {
      socket.resetAndDestroy().on('close', () => next(left - 1));
    });
  };
  next(times);`;
