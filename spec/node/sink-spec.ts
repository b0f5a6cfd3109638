import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { connect, createServer, Socket } from 'node:net';
import { PassThrough, Writable } from 'node:stream';
import { WriteStream } from 'node:tty';
import { filter, NEVER, tap } from 'rxjs';
import { StreamError } from '../../src/errors.js';
import { sinkOf, writeTo } from '../../src/node/index.js';
import { bytes } from '../support/bytes.js';
import { temporaryDirectory } from '../support/directory.js';
import { following } from '../support/following.js';
import { handOver, LOOPBACK, loopback, parting } from '../support/loopback.js';
import { COMPLETED, ending, first, afterPolls } from '../support/outcome.js';

const CAUSE = new Error('what the system said');

/** A stream that is full at three bytes, and finishes a chunk when the spec says so. */
function slow() {
  const done: ((error?: Error | null) => void)[] = [];
  const writable = new Writable({
    highWaterMark: 3,
    write: (_chunk, _encoding, taken) => void done.push(taken),
  });
  return {
    writable,
    take: () => {
      done.shift()?.();
    },
    fail: () => {
      done.shift()?.(CAUSE);
    },
  };
}

describe('sinkOf', () => {
  const { follow } = following();
  const { closing, deafPort, kept, meet, plainServer, plainClient } = loopback();

  const watched = (writable: Writable) => {
    const sink = sinkOf(writable);
    const words: boolean[] = [];
    sink.full$.subscribe({ next: (full) => words.push(full), error: () => undefined });
    return { sink, words };
  };

  it('is full when a write returns false, and has drained at the drain event', async () => {
    const { writable, take } = slow();
    const { sink, words } = watched(writable);
    sink.write(bytes('ab'));
    expect(words).toStrictEqual([false]);
    sink.write(bytes('c'));
    expect(words).toStrictEqual([false, true]);
    take();
    take();
    await first(sink.full$.pipe(filter((full) => !full)));
    expect(words).toStrictEqual([false, true, false]);
  });

  it('reports that a stream is already full', () => {
    const { writable } = slow();
    writable.write('abc');
    expect(watched(writable).words).toStrictEqual([true]);
  });

  it('is the same for all writers of a stream, so that they are held together', () => {
    const { writable } = slow();
    const [one, other] = [watched(writable), watched(writable)];
    one.sink.write(bytes('abc'));
    expect(other.words).toStrictEqual([false, true]);
    expect(writable.listenerCount('drain')).toBe(1);
  });

  it('reports no drain to a writer if another one has filled it meanwhile', async () => {
    const { writable, take } = slow();
    const { sink } = watched(writable);
    const filling$ = sink.full$.pipe(
      tap((full) => {
        if (!full) sink.write(bytes('abc'));
      }),
    );
    follow(filling$);
    const { words } = watched(writable);
    take();
    await afterPolls();
    expect(words).toStrictEqual([true, true, true]);
    expect(writable.writableNeedDrain).toBe(true);
  });

  it('passes an error of the stream on, also to later subscribers', async () => {
    const { writable, fail } = slow();
    const { sink } = watched(writable);
    const ended = ending(sink.full$);
    sink.write(bytes('a'));
    fail();
    expect(await ended).toMatchObject({ code: 'STREAM', cause: CAUSE });
    expect(await ending(sink.full$)).toBeInstanceOf(StreamError);
    expect(await ending(sink.end())).toMatchObject({ code: 'STREAM', cause: CAUSE });
  });

  it('errors if the stream is closed before its end', async () => {
    const { writable } = slow();
    const { sink } = watched(writable);
    writable.destroy();
    expect(await ending(sink.full$)).toBeInstanceOf(StreamError);
  });

  it('ends a stream once all bytes are flushed', async () => {
    const { writable, take } = slow();
    const { sink } = watched(writable);
    sink.write(bytes('a'));
    const ended = ending(sink.end());
    await afterPolls();
    expect(writable.writableFinished).toBe(false);
    take();
    expect(await ended).toBe(COMPLETED);
    expect(writable.writableFinished).toBe(true);
  });

  it('does not end the stream until end() is subscribed', () => {
    const { writable } = slow();
    void sinkOf(writable).end();
    expect(writable.writableEnded).toBe(false);
  });

  it('does not affect the readable half of a duplex stream', async () => {
    const duplex = new PassThrough();
    const { sink } = watched(duplex);
    sink.write(bytes('abc'));
    expect(await ending(sink.end())).toBe(COMPLETED);
    expect(String(duplex.read())).toBe('abc');
  });

  it('removes its listeners if end() is unsubscribed', () => {
    const { writable } = slow();
    const { sink } = watched(writable);
    sink.write(bytes('a'));
    const before = writable.listenerCount('finish');
    follow(sink.end()).stop();
    expect(writable.listenerCount('finish')).toBe(before);
  });

  it('destroys a stream by abort(), which may be repeated', () => {
    const { writable } = slow();
    const { sink } = watched(writable);
    sink.abort();
    sink.abort();
    expect(writable.destroyed).toBe(true);
  });

  it('resets a socket by abort(), because a FIN would mean the end', async () => {
    const { port, sockets$ } = await plainServer();
    const client = await plainClient(port);
    const parted = parting(client);
    const socket = await first(sockets$);
    await handOver(socket, bytes('abc'));
    sinkOf(socket).abort();
    expect(await parted).toBe('RST');
  });

  describe('closes a stream by abort() if it cannot be reset:', () => {
    const path = temporaryDirectory();

    const SOCKETS: Readonly<Record<string, () => Promise<Writable>>> = {
      'a pipe to a child process': () => {
        const child = spawn('cat', { stdio: ['pipe', 'ignore', 'ignore'] });
        closing(() => {
          child.kill();
        });
        return Promise.resolve(child.stdin);
      },
      'a UNIX socket': async () => {
        const server = createServer().listen(path('socket'));
        closing(() => {
          server.close();
        });
        await once(server, 'listening');
        const socket = kept(connect(path('socket')));
        await once(socket, 'connect');
        return socket;
      },
      'a terminal': () => Promise.resolve(new WriteStream(openSync('/dev/ptmx', 'r+'))),
      'a socket that is connecting': async () => kept(connect(await deafPort(), LOOPBACK)),
      'a socket that has not begun to connect': () => Promise.resolve(kept(new Socket())),
      'a socket of TLS': async () => (await meet('TLS')).client,
    };

    it.each(Object.entries(SOCKETS))('%s', async (_, open) => {
      const socket = await open();
      follow(NEVER.pipe(writeTo(socket))).stop();
      expect(socket.destroyed).toBe(true);
      await once(socket, 'close');
      expect(socket.errored).toBeNull();
    });
  });
});
