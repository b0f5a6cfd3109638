import { closeSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import type { Socket } from 'node:net';
import {
  catchError,
  filter,
  from,
  fromEvent,
  map,
  mergeMap,
  of,
  Subject,
  takeUntil,
  tap,
  toArray,
} from 'rxjs';
import { send, type SendOptions, serve, UnreachableError } from '../src/index.js';
import { contents, temporaryDirectory } from './support/directory.js';
import { makeFifo, openWriter } from './support/fifo.js';
import { LOOPBACK, loopback, parting } from './support/loopback.js';
import { COMPLETED, ending, first, afterPolls, until, whole } from './support/outcome.js';
import { MiB, sample } from './support/sample.js';

/** More than the kernels keep between a sender and a receiver that does not read. */
const TOO_MUCH = 16 * MiB;

describe('send', () => {
  const { closing, deafPort, follow, freePort, plainServer } = loopback();
  const path = temporaryDirectory();

  const fileOf = (content: string | Uint8Array): string => {
    writeFileSync(path('a.bin'), content);
    return path('a.bin');
  };

  const sending = (port: number, file: string, options: Partial<SendOptions> = {}) =>
    follow(send({ host: LOOPBACK, port, file, ...options }));

  /** Everything that a plain socket gets. */
  const received = (socket: Socket): Promise<Buffer> =>
    whole(
      fromEvent(socket.resume(), 'data').pipe(
        map((chunk) => chunk as Buffer),
        takeUntil(fromEvent(socket, 'end')),
      ),
    );

  const ms = expect.any(Number) as number;

  describe('to a plain server', () => {
    it('sends the file, half-closes, and accepts the FIN as confirmation (C1)', async () => {
      const { port, sockets$ } = await plainServer();
      const { seen$ } = sending(port, fileOf(sample(3 * MiB)));
      const socket = await first(sockets$);
      expect((await received(socket)).equals(sample(3 * MiB))).toBe(true);
      socket.end();
      const events = await first(seen$.pipe(toArray()));
      const peer = `${LOOPBACK}:${port}`;
      const stamp = { version: 1, time: expect.any(String) as string, file: path('a.bin') };
      expect(events[0]).toStrictEqual({ type: 'connected', ...stamp, peer, total: 3 * MiB });
      expect(events.at(-1)).toStrictEqual({
        type: 'sent',
        ...stamp,
        peer,
        bytes: 3 * MiB,
        ms,
        confirmed: true,
      });
    });

    it('continues after a thousand files that cannot be opened, one by one (C2)', async () => {
      const port = await freePort();
      const missing = Array.from({ length: 1_000 }, (_, index) => path(`missing ${index}`));
      const each = (file: string) =>
        send({ host: LOOPBACK, port, file }).pipe(
          catchError((error: unknown) => of(error instanceof UnreachableError)),
        );
      const reached$ = from([fileOf('x'), ...missing, fileOf('x')]).pipe(mergeMap(each, 1));
      expect(await first(follow(reached$).seen$.pipe(toArray()))).toStrictEqual([
        true,
        ...missing.map(() => false),
        true,
      ]);
    });

    it('sends an empty file', async () => {
      const { port, sockets$ } = await plainServer();
      const { seen$ } = sending(port, fileOf(''));
      const socket = await first(sockets$);
      expect(await received(socket)).toHaveLength(0);
      socket.end();
      expect(await ending(seen$)).toBe(COMPLETED);
    });

    it('sends everything to a slow receiver, and reports its progress (C8)', async () => {
      const { port, sockets$ } = await plainServer();
      const { seen$ } = sending(port, fileOf(sample(TOO_MUCH)));
      const socket = await first(sockets$);
      const held$ = seen$.pipe(filter(({ type }) => type === 'progress'));
      await first(held$);
      expect((await received(socket)).equals(sample(TOO_MUCH))).toBe(true);
      socket.end();
      const positions = await first(
        seen$.pipe(
          filter((event) => event.type === 'progress' || event.type === 'sent'),
          map(({ bytes }) => bytes),
          toArray(),
        ),
      );
      expect(positions).toStrictEqual([...positions].sort((a, b) => a - b));
      expect(positions.at(-1)).toBe(TOO_MUCH);
    });

    it('sends a FIFO to its end, with the bytes from before it was connected (C7)', async () => {
      const { port, sockets$ } = await plainServer();
      makeFifo(path('fifo'));
      const { seen$ } = sending(port, path('fifo'));
      const writer = openWriter(path('fifo'));
      writeSync(writer, 'early, ');
      const socket = await first(sockets$);
      const arrived = received(socket);
      await afterPolls();
      writeSync(writer, 'late');
      closeSync(writer);
      expect(String(await arrived)).toBe('early, late');
      socket.end();
      const connected = await first(seen$);
      expect(connected.type).toBe('connected');
      expect(connected).not.toHaveProperty('total');
      expect(await ending(seen$)).toBe(COMPLETED);
    });

    it('opens the file before it connects (C1)', async () => {
      const { port, sockets$ } = await plainServer();
      const met: Socket[] = [];
      follow(sockets$.pipe(tap((socket) => met.push(socket))));
      const { seen$ } = sending(port, path('missing'));
      expect(await ending(seen$)).toMatchObject({ name: 'NoInputError', path: path('missing') });
      await afterPolls();
      expect(met).toHaveLength(0);
    });

    it('errors at an RST while it sends (C2)', async () => {
      const { port, sockets$ } = await plainServer();
      const { seen$ } = sending(port, fileOf(sample(TOO_MUCH)));
      const socket = await first(sockets$);
      await first(seen$);
      socket.resetAndDestroy();
      expect(await ending(seen$)).toMatchObject({ name: 'ResetError' });
    });

    it('errors at an RST after all bytes are sent (C2)', async () => {
      const { port, sockets$ } = await plainServer();
      const { seen$ } = sending(port, fileOf('one'));
      const socket = await first(sockets$);
      await received(socket);
      socket.resetAndDestroy();
      expect(await ending(seen$)).toMatchObject({ name: 'ResetError' });
    });

    it('errors at a FIN that comes before its own (C2)', async () => {
      const { port, sockets$ } = await plainServer();
      const { seen$ } = sending(port, fileOf(sample(TOO_MUCH)));
      const socket = await first(sockets$);
      socket.end();
      expect(await ending(seen$)).toMatchObject({ name: 'ClosedEarlyError' });
    });

    it('waits for no FIN with confirm: false, and ignores an early one (C5)', async () => {
      const { port, sockets$ } = await plainServer();
      const { seen$ } = sending(port, fileOf(sample(TOO_MUCH)), { confirm: false });
      const socket = await first(sockets$);
      socket.end();
      expect((await received(socket)).equals(sample(TOO_MUCH))).toBe(true);
      expect((await first(seen$.pipe(toArray()))).at(-1)).toMatchObject({
        type: 'sent',
        confirmed: false,
      });
    });

    it('resets the connection if the server accepts no data (C4)', async () => {
      const { port, sockets$ } = await plainServer();
      const { seen$ } = sending(port, fileOf(sample(TOO_MUCH)), { timeout: 100 });
      const socket = await first(sockets$);
      expect(await ending(seen$)).toMatchObject({ name: 'StalledError', due: 100 });
      expect(await parting(socket)).toBe('RST');
    });

    it('errors if no FIN comes (C5)', async () => {
      const { port, sockets$ } = await plainServer();
      const { seen$ } = sending(port, fileOf('one'), { confirmTimeout: 100 });
      const socket = await first(sockets$);
      expect(String(await received(socket))).toBe('one');
      expect(await ending(seen$)).toMatchObject({ name: 'UnconfirmedError', due: 100 });
    });

    it('resets when it is unsubscribed before its FIN (C6)', async () => {
      const { port, sockets$ } = await plainServer();
      const { seen$, stop } = sending(port, fileOf(sample(TOO_MUCH)));
      const socket = await first(sockets$);
      await first(seen$);
      stop();
      expect(await parting(socket)).toBe('RST');
    });
  });

  describe('without a connection (C2, C3)', () => {
    it('errors if the port is closed', async () => {
      const port = await freePort();
      expect(await ending(sending(port, fileOf('one')).seen$)).toMatchObject({
        name: 'UnreachableError',
        host: LOOPBACK,
        port,
        cause: { code: 'ECONNREFUSED' },
      });
    });

    it('errors if the host is unknown', async () => {
      const { seen$ } = sending(1, fileOf('one'), { host: 'nosuch..invalid' });
      expect(await ending(seen$)).toMatchObject({ name: 'UnknownHostError' });
    });

    it('errors if no address answers in time', async () => {
      const { seen$ } = sending(await deafPort(), fileOf('one'), { timeout: 100 });
      expect(await ending(seen$)).toMatchObject({ name: 'ConnectTimeoutError', due: 100 });
    });
  });

  describe('to serve', () => {
    const serving = async (stop$ = new Subject<void>()) => {
      const { seen$ } = follow(serve({ port: 0, host: LOOPBACK, dir: path('inbox'), stop$ }));
      const listening = await first(seen$);
      return { port: listening.type === 'listening' ? listening.port : 0, stop$ };
    };

    it('completes when the file is saved, byte for byte', async () => {
      const { port } = await serving();
      expect(await ending(sending(port, fileOf(sample(8 * MiB))).seen$)).toBe(COMPLETED);
      expect(readFileSync(path('inbox', '1.file')).equals(sample(8 * MiB))).toBe(true);
    });

    it('sends a file of its own for each subscription', async () => {
      const { port } = await serving();
      const sent$ = send({ host: LOOPBACK, port, file: fileOf('one') });
      await ending(sent$);
      await ending(sent$);
      expect(contents(path('inbox'))).toStrictEqual({ '1.file': 'one', '2.file': 'one' });
    });

    it('tries every address of a name', async () => {
      const { port } = await serving();
      const { seen$ } = sending(port, fileOf('one'), { host: 'localhost' });
      expect(await ending(seen$)).toBe(COMPLETED);
    });

    it('errors if the server stops half-way, and the server saves ERROR (S7)', async () => {
      const { port, stop$ } = await serving();
      makeFifo(path('fifo'));
      const { seen$ } = sending(port, path('fifo'));
      const writer = openWriter(path('fifo'));
      closing(() => {
        closeSync(writer);
      });
      writeSync(writer, 'half');
      await until(() => Object.values(contents(path('inbox'))).includes('half'));
      stop$.next();
      expect(await ending(seen$)).toMatchObject({ name: 'ResetError' });
      expect(contents(path('inbox'))).toStrictEqual({ '1.file': 'ERROR' });
    });

    it('leaves ERROR at the server when it is unsubscribed half-way (C6)', async () => {
      const { port } = await serving();
      makeFifo(path('fifo'));
      const { stop } = sending(port, path('fifo'));
      const writer = openWriter(path('fifo'));
      closing(() => {
        closeSync(writer);
      });
      writeSync(writer, 'half');
      await until(() => Object.values(contents(path('inbox'))).includes('half'));
      stop();
      await until(() => contents(path('inbox'))['1.file'] === 'ERROR');
      expect(contents(path('inbox'))).toStrictEqual({ '1.file': 'ERROR' });
    });
  });
});
