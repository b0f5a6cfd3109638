import { createWriteStream, readFileSync, writeFileSync } from 'node:fs';
import { PassThrough, Writable } from 'node:stream';
import { createGunzip, gzipSync } from 'node:zlib';
import { concat, merge, NEVER, of, switchMap, throwError } from 'rxjs';
import { TooLongError } from '../../src/errors.js';
import { connectTo, fromReadable, openFile, type Sink, writeTo } from '../../src/node/index.js';
import { bytes } from '../support/bytes.js';
import { temporaryDirectory } from '../support/directory.js';
import { fakeUplink } from '../support/uplink.js';
import { following } from '../support/following.js';
import { LOOPBACK, loopback } from '../support/loopback.js';
import { marbles } from '../support/marbles.js';
import { COMPLETED, ending, first, afterPolls, whole } from '../support/outcome.js';
import { KiB, MiB, sample } from '../support/sample.js';

const CAUSE = new Error('what the system said');
const FULL = { f: false, t: true };
const CHUNKS = { a: bytes('a'), b: bytes('b'), c: bytes('c') };
/** The calls of a sink: its chunks, F for end and R for abort. */
const TOLD = { ...CHUNKS, F: 'FIN', R: 'RST' };

/** Collects what it is written. */
function collecting() {
  const written: Uint8Array[] = [];
  const writable = new Writable({
    write: (chunk: Uint8Array, _encoding, done) => {
      written.push(chunk);
      setImmediate(done);
    },
  });
  return { writable, text: () => Buffer.concat(written).toString() };
}

// prettier-ignore
describe('writeTo', () => {
  it('writes while the sink is not full, ends it, and completes after its end', marbles(({ hot, cold, expectObservable, expectSubscriptions }) => {
    const data     = hot('--a--b-----------c--|   ', CHUNKS);
    const full     = hot('f----t-----f---------   ', FULL);
    const end      = cold(                    '--|');
    const dataSubs = [   '^----!                  ',
                         '-----------^--------!   '];
    const expected = '    ----------------------| ';
    const told     = '    --a--b-----------c--F   ';
    const sink     = fakeUplink({ full$: full, end$: end });
    expectObservable(data.pipe(writeTo(sink))).toBe(expected);
    expectObservable(sink.calls$).toBe(told, TOLD);
    expectSubscriptions(data.subscriptions).toBe(dataSubs);
  }));

  it('aborts the sink if the source errors', marbles(({ hot, expectObservable }) => {
    const data     = hot('--a--#', CHUNKS);
    const expected = '    -----#';
    const told     = '    --a--R';
    const sink     = fakeUplink();
    expectObservable(data.pipe(writeTo(sink))).toBe(expected);
    expectObservable(sink.calls$).toBe(told, TOLD);
  }));

  it('aborts the sink if it errors, and unsubscribes from the source', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const data     = hot('--a-----b', CHUNKS);
    const full     = hot('f----#   ', FULL);
    const dataSubs = '    ^----!   ';
    const expected = '    -----#   ';
    const told     = '    --a--R   ';
    const sink     = fakeUplink({ full$: full });
    expectObservable(data.pipe(writeTo(sink))).toBe(expected);
    expectObservable(sink.calls$).toBe(told, TOLD);
    expectSubscriptions(data.subscriptions).toBe(dataSubs);
  }));

  it('aborts the sink at unsubscription', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const data     = hot('--a-----b', CHUNKS);
    const unsub    = '    ----!    ';
    const dataSubs = '    ^---!    ';
    const expected = '    ---------';
    const told     = '    --a-R    ';
    const sink     = fakeUplink();
    expectObservable(data.pipe(writeTo(sink)), unsub).toBe(expected);
    expectObservable(sink.calls$).toBe(told, TOLD);
    expectSubscriptions(data.subscriptions).toBe(dataSubs);
  }));

  it('aborts the sink at unsubscription while it ends', marbles(({ hot, cold, expectObservable }) => {
    const data     = hot('--a|    ', CHUNKS);
    const end      = cold(  '-----|');
    const unsub    = '    -----!  ';
    const expected = '    --------';
    const told     = '    --aF-R  ';
    const sink     = fakeUplink({ end$: end });
    expectObservable(data.pipe(writeTo(sink)), unsub).toBe(expected);
    expectObservable(sink.calls$).toBe(told, TOLD);
  }));

  it('aborts a sink whose end takes too long', marbles(({ hot, expectObservable }) => {
    const data     = hot('--a|    ', CHUNKS);
    const expected = '    --- 10s #';
    const told     = '    --aF 9999ms R';
    const sink     = fakeUplink({ end$: NEVER });
    expectObservable(data.pipe(writeTo(sink, { endWithin: 10_000 }))).toBe(expected, undefined, new TooLongError(10_000));
    expectObservable(sink.calls$).toBe(told, TOLD);
  }));

  it('leaves the sink open with `end: false`, and completes once it has drained', marbles(({ hot, expectObservable }) => {
    const data     = hot('--a--b|      ', CHUNKS);
    const full     = hot('f-----t---f--', FULL);
    const expected = '    ----------|  ';
    const told     = '    --a--b-------';
    const sink     = fakeUplink({ full$: full });
    expectObservable(data.pipe(writeTo(sink, { end: false }))).toBe(expected);
    expectObservable(sink.calls$).toBe(told, TOLD);
  }));

  it('does not abort a sink that is left open', marbles(({ hot, expectObservable }) => {
    const data     = hot('--a--#', CHUNKS);
    const expected = '    -----#';
    const told     = '    --a---';
    const sink     = fakeUplink();
    expectObservable(data.pipe(writeTo(sink, { end: false }))).toBe(expected);
    expectObservable(sink.calls$).toBe(told, TOLD);
  }));
});

describe('writeTo with streams of Node', () => {
  const { follow } = following();
  const { plainServer } = loopback();
  const path = temporaryDirectory();

  it('copies borrowed chunks', async () => {
    const { writable, text } = collecting();
    const landing = Buffer.from('abc');
    const data$ = concat(of(landing), NEVER);
    follow(data$.pipe(writeTo(writable)));
    landing.fill('-');
    await afterPolls();
    expect(text()).toBe('abc');
  });

  it('copies no chunk with `copy: false`', async () => {
    const landing = bytes('abc');
    const chunks: unknown[] = [];
    const sink: Sink = { ...fakeUplink(), write: (chunk) => chunks.push(chunk) };
    await ending(of(landing).pipe(writeTo(sink, { copy: false })));
    expect(chunks[0]).toBe(landing);
  });

  it('has written the whole file when it completes', async () => {
    const blocks$ = fromReadable(new PassThrough().end(sample(300 * KiB)));
    expect(await ending(blocks$.pipe(writeTo(createWriteStream(path('a.bin')))))).toBe(COMPLETED);
    expect(readFileSync(path('a.bin')).equals(sample(300 * KiB))).toBe(true);
  });

  it('reports why a file cannot be written', async () => {
    const ended = ending(NEVER.pipe(writeTo(createWriteStream(path('missing/a.bin')))));
    expect(await ended).toMatchObject({ code: 'STREAM', cause: { code: 'ENOENT' } });
  });

  it('destroys a stream whose source errors', async () => {
    const { writable } = collecting();
    expect(await ending(throwError(() => CAUSE).pipe(writeTo(writable)))).toBe(CAUSE);
    expect(writable.destroyed).toBe(true);
  });

  it('reads a fast source only as fast as a slow stream accepts', async () => {
    const readable = new PassThrough({ highWaterMark: KiB });
    const writable = new Writable({ highWaterMark: KiB, write: () => undefined });
    follow(fromReadable(readable).pipe(writeTo(writable)));
    let given = 0;
    while (given < MiB && readable.write(sample(KiB))) {
      given += KiB;
      await afterPolls(3);
    }
    expect(given).toBeLessThan(10 * KiB);
  });

  it('writes through a Transform of Node', async () => {
    const gunzip = createGunzip();
    const zipped$ = fromReadable(new PassThrough().end(gzipSync(sample(MiB))));
    const through$ = merge(zipped$.pipe(writeTo(gunzip)), fromReadable(gunzip));
    expect((await whole(through$)).equals(sample(MiB))).toBe(true);
  });

  it('copies a file to a socket', async () => {
    const { port, sockets$ } = await plainServer();
    writeFileSync(path('a.bin'), sample(3 * MiB));

    const copied = ending(
      openFile(path('a.bin')).pipe(
        switchMap(({ blocks$ }) =>
          connectTo({ address: LOOPBACK, port }).pipe(
            switchMap((uplink) => merge(blocks$.pipe(writeTo(uplink)), uplink.bytes$)),
          ),
        ),
      ),
    );
    const socket = await first(sockets$);
    const received = await whole(fromReadable(socket));
    socket.end();
    expect(await copied).toBe(COMPLETED);
    expect(received.equals(sample(3 * MiB))).toBe(true);
  });
});
