import { catchError, endWith, filter, map, tap } from 'rxjs';
import { ResetError } from '../../src/errors.js';
import { connectTo, type Uplink } from '../../src/node/index.js';
import { keepAliveTo } from '../support/keepAlive.js';
import { LOOPBACK, loopback, parting } from '../support/loopback.js';
import { COMPLETED, ending, first, afterPolls, whole } from '../support/outcome.js';
import { MiB, sample } from '../support/sample.js';

/** More than the kernels buffer between a sender and a receiver that does not read. */
const TOO_MUCH = 16 * MiB;

describe('connectTo', () => {
  const { deafPort, follow, freePort, plainServer } = loopback();

  /** An uplink, and the socket of its peer. */
  const meet = async (highWaterMark?: number) => {
    const { port, sockets$ } = await plainServer();
    const { seen$, stop } = follow(
      connectTo({ address: LOOPBACK, port, ...(highWaterMark && { highWaterMark }) }),
    );
    return {
      port,
      uplink: await first(seen$),
      uplink$: seen$,
      stop,
      socket: await first(sockets$),
    };
  };

  it('emits once it is connected, and completes when both sides have ended', async () => {
    const { port, uplink, uplink$, socket } = await meet();
    const received = parting(socket);
    expect(uplink.peer).toBe(`${LOOPBACK}:${port}`);
    uplink.write(sample(100));
    await ending(uplink.end());
    expect(await received).toBe('FIN');
    socket.end(sample(100));
    expect(await whole(uplink.bytes$)).toStrictEqual(sample(100));
    expect(await ending(uplink$)).toBe(COMPLETED);
    expect(socket.bytesRead).toBe(100);
  });

  it('keeps bytes that come before they are subscribed', async () => {
    const { uplink, socket } = await meet();
    socket.end(sample(100));
    await afterPolls();
    expect(await whole(uplink.bytes$)).toStrictEqual(sample(100));
  });

  it('errors with the system error if it cannot connect', async () => {
    expect(await ending(connectTo({ address: LOOPBACK, port: await freePort() }))).toMatchObject({
      code: 'ECONNREFUSED',
    });
  });

  it('reports a reset of the peer also through full$', async () => {
    const { uplink, socket } = await meet();
    uplink.write(sample(TOO_MUCH));
    const drained = ending(uplink.full$.pipe(filter((full) => !full)));
    socket.resetAndDestroy();
    expect(await drained).toBeInstanceOf(ResetError);
  });

  it('errors at its end if the peer resets before our FIN is sent', async () => {
    const { uplink, socket } = await meet();
    uplink.write(sample(TOO_MUCH));
    const ended = ending(uplink.end());
    socket.resetAndDestroy();
    expect(await ended).toBeInstanceOf(ResetError);
  });

  it('completes also if the peer resets, which its bytes report', async () => {
    const { uplink$, uplink, socket } = await meet();
    const read = ending(uplink.bytes$);
    socket.resetAndDestroy();
    expect(await read).toBeInstanceOf(ResetError);
    expect(await ending(uplink$)).toBe(COMPLETED);
  });

  it('is full while the kernel accepts no more, and has drained once it has accepted all', async () => {
    const { uplink, socket } = await meet();
    expect(await first(uplink.full$)).toBe(false);
    uplink.write(sample(TOO_MUCH));
    await afterPolls();
    expect(await first(uplink.full$)).toBe(true);
    expect(uplink.taken()).toBeGreaterThan(0);
    expect(uplink.pending()).toBeGreaterThan(0);
    expect(uplink.taken() + uplink.pending()).toBe(TOO_MUCH);

    socket.resume();
    await first(uplink.full$.pipe(filter((full) => !full)));
    expect([uplink.taken(), uplink.pending()]).toStrictEqual([TOO_MUCH, 0]);
  });

  it('is full above its highWaterMark', async () => {
    const { uplink } = await meet(1.5 * TOO_MUCH);
    uplink.write(sample(TOO_MUCH));
    expect(await first(uplink.full$)).toBe(false);
    expect(uplink.pending()).toBeGreaterThan(0);
    uplink.write(sample(TOO_MUCH));
    expect(await first(uplink.full$)).toBe(true);
  });

  it('emits the bytes that the peer has not acknowledged, if the system shows them (C4)', async () => {
    const { uplink, socket } = await meet();
    const shown = process.platform === 'linux';
    expect(await first(uplink.unacknowledged$)).toBe(shown ? 0 : undefined);
    uplink.write(sample(TOO_MUCH));
    await afterPolls();
    expect((await first(uplink.unacknowledged$)) ?? Infinity).toBeGreaterThan(uplink.taken() / 8);
    socket.resume();
    await first(uplink.full$.pipe(filter((full) => !full)));
    await ending(uplink.leavable$);
    expect(await first(uplink.unacknowledged$)).toBe(shown ? 0 : undefined);
    expect(uplink.pending()).toBe(0);
  });

  describe('once it is flushed', () => {
    /** What it has emitted once it is flushed, before the event loop polls again. */
    const heardBy = async (uplink: Uplink, act: (then: () => void) => void) => {
      const heard: unknown[] = [];
      follow(
        uplink.bytes$.pipe(
          map(({ byteLength }) => byteLength),
          endWith('FIN'),
          catchError((error: unknown) => [error]),
          tap((what) => heard.push(what)),
        ),
      );
      await new Promise<void>((resolve) => {
        act(() => {
          follow(uplink.flushed$.pipe(tap({ complete: resolve })));
        });
      });
      return heard;
    };

    it('has emitted the bytes and the end that the peer had sent by then (C2)', async () => {
      const { uplink, socket } = await meet();
      const heard = await heardBy(uplink, (then) => socket.end(sample(100), then));
      expect(heard).toStrictEqual([100, 'FIN']);
    });

    it('has emitted a reset that had come by then (C2)', async () => {
      const { uplink, socket } = await meet();
      const heard = await heardBy(uplink, (then) => {
        socket.resetAndDestroy();
        then();
      });
      expect(heard).toStrictEqual([expect.any(ResetError)]);
    });

    it('has emitted nothing if the peer is silent', async () => {
      const { uplink } = await meet();
      const heard = await heardBy(uplink, (then) => {
        then();
      });
      expect(heard).toStrictEqual([]);
    });

    it('has passed all written bytes to the kernel', async () => {
      const { uplink, socket } = await meet();
      uplink.write(sample(TOO_MUCH));
      const flushed = ending(uplink.flushed$);
      expect(await Promise.race([flushed, afterPolls()])).not.toBe(COMPLETED);
      expect(uplink.pending()).toBeGreaterThan(0);
      socket.resume();
      expect(await flushed).toBe(COMPLETED);
      expect(uplink.pending()).toBe(0);
    });
  });

  describe('can be left', () => {
    it('once the peer has acknowledged all bytes, and not before', async () => {
      const { uplink, socket } = await meet();
      follow(uplink.bytes$);
      uplink.write(sample(TOO_MUCH));
      const left = ending(uplink.leavable$);
      await first(uplink.unacknowledged$);
      expect(await Promise.race([left, afterPolls()])).not.toBe(COMPLETED);
      socket.resume();
      expect(await left).toBe(COMPLETED);
    });

    it('not while a peer that has sent bytes may send more, because our close would then be a reset', async () => {
      const { uplink, socket } = await meet();
      socket.write(sample(1));
      await first(uplink.bytes$);
      follow(uplink.bytes$);
      const left = ending(follow(uplink.leavable$).seen$);
      await first(uplink.unacknowledged$);
      expect(await Promise.race([left, afterPolls()])).not.toBe(COMPLETED);
    });
  });

  it('sends keep-alive probes to a silent peer', async () => {
    const { port } = await meet();
    await afterPolls();
    expect(keepAliveTo(port)).toBe(process.platform === 'linux');
  });

  it('resets when it is unsubscribed before its end (C6)', async () => {
    const { uplink, stop, socket } = await meet();
    const parted = parting(socket);
    uplink.write(sample(100));
    stop();
    expect(await parted).toBe('RST');
  });

  it('also resets if it is unsubscribed while bytes wait before its FIN', async () => {
    const { uplink, stop, socket } = await meet();
    uplink.write(sample(TOO_MUCH));
    const end = ending(uplink.end());
    await afterPolls();
    stop();
    expect(await end).toBeInstanceOf(ResetError);
    expect(await parting(socket)).toBe('RST');
    expect(socket.bytesRead).toBeLessThan(TOO_MUCH);
  });

  it('sends no RST when it is unsubscribed after its end', async () => {
    const { uplink, stop, socket } = await meet();
    const parted = parting(socket);
    uplink.write(sample(100));
    await ending(uplink.end());
    stop();
    expect(await parted).toBe('FIN');
    expect(socket.bytesRead).toBe(100);
  });

  it('leaves no socket open when it is unsubscribed while connecting', async () => {
    const port = await deafPort();
    const before = openSockets();
    const { stop } = follow(connectTo({ address: LOOPBACK, port }));
    await afterPolls();
    expect(openSockets()).toBe(before + 1);
    stop();
    await afterPolls();
    expect(openSockets()).toBe(before);
  });
});

const openSockets = () =>
  process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
