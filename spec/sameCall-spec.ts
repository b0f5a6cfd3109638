import { writeFileSync } from 'node:fs';
import { Readable, Writable } from 'node:stream';
import {
  BehaviorSubject,
  map,
  type MonoTypeOperatorFunction,
  of,
  type OperatorFunction,
  Subject,
  switchMap,
  tap,
} from 'rxjs';
import { fromReadable, openFile, sha256, type Sink, sinkOf, writeTo } from '../src/node/index.js';
import * as operators from '../src/operators/index.js';
import {
  type ByteBudget,
  collectBytes,
  heldWhile,
  idleTimeout,
  limitBytes,
  maxDuration,
  minRate,
  progress,
  splitFrames,
  splitLines,
  tapDigest,
  throttleBytes,
} from '../src/operators/index.js';
import { bytes } from './support/bytes.js';
import { temporaryDirectory } from './support/directory.js';
import { COMPLETED, ending } from './support/outcome.js';
import { synchronous } from './support/synchronous.js';

/** Far more calls than a stack has room for. */
const TIMES = 200_000;
const LINE = bytes('1234567\n');
const ROOM = TIMES * LINE.byteLength;

/**
 * A source, a sink and a notifier may all answer within the call that asks them: a file in the page cache, a
 * sink in memory. No operator and no adapter may then nest one call in another for each value.
 */
describe(`${TIMES} answers in the same call do not grow the stack:`, () => {
  const path = temporaryDirectory();

  /** Each export that is an operator, with room for all; what stands above the hold starts anew after each. */
  const OPERATORS: Readonly<Record<string, () => OperatorFunction<Uint8Array, unknown>>> = {
    collectBytes: () => collectBytes({ limit: ROOM }),
    heldWhile: () => {
      const sink = quickSink();
      return (source) =>
        source.pipe(
          heldWhile(sink.full$),
          tap((chunk) => {
            sink.write(chunk);
          }),
        );
    },
    idleTimeout: () => idleTimeout(10_000, { lookAgain$: of('polled') }),
    limitBytes: () => limitBytes(ROOM),
    maxDuration: () => maxDuration(10_000),
    minRate: () => minRate(1, { held$: of(false, true, false), lookAgain$: of('polled') }),
    progress: () => (source) =>
      source.pipe(
        map(({ byteLength }) => byteLength),
        progress(),
      ),
    splitFrames: () => splitFrames({ delimiter: 0x0a, limit: 8 }),
    splitLines: () => splitLines({ limit: 8 }),
    tapDigest: () => tapDigest(sha256, () => undefined),
    throttleBytes: () => throttleBytes(quickBudget()),
  };

  it('holds for every operator', () => {
    const creations = ['byteBudget'];
    const exported = Object.keys(operators).filter((name) => !creations.includes(name));
    expect(Object.keys(OPERATORS)).toStrictEqual(exported.sort());
  });

  describe.each(Object.entries(OPERATORS))('%s', (_, operator) => {
    it('passes on a synchronous source', async () => {
      expect(await ending(lines().pipe(operator()))).toBe(COMPLETED);
    });

    it('works below a hold', async () => {
      const sink = quickSink();
      const held$ = lines().pipe(heldWhile(sink.full$), drainingAtOnce(sink), operator());
      expect(await ending(held$)).toBe(COMPLETED);
    });
  });

  // What counts or keeps would begin anew after each hold: it belongs below.
  const passingOn = Object.entries(OPERATORS).filter(
    ([name]) => !['collectBytes', 'minRate'].includes(name),
  );

  it.each(passingOn)('%s works above a hold', async (_, operator) => {
    const sink = quickSink();
    const held$ = lines().pipe(operator(), heldWhile(sink.full$), drainingAtOnce(sink));
    expect(await ending(held$)).toBe(COMPLETED);
  });

  it.each(['splitFrames', 'splitLines'])(
    '%s takes the next chunk from within a frame',
    async (name) => {
      const source = new Subject<Uint8Array>();
      const chunks = [...Array<Uint8Array>(TIMES).fill(LINE)].values();
      const feed = () => {
        const { value, done } = chunks.next();
        if (done) source.complete();
        else source.next(value);
      };
      const ended = ending(source.pipe(OPERATORS[name]?.() ?? map(String), tap(feed)));
      feed();
      expect(await ended).toBe(COMPLETED);
    },
  );

  it('writeTo writes into a sink that drains while it is written to', async () => {
    const sink = quickSink();
    expect(await ending(lines().pipe(writeTo(sink, { copy: false })))).toBe(COMPLETED);
    expect(sink.written()).toBe(ROOM);
  });

  it('sinkOf writes into a stream that accepts a chunk at once', async () => {
    let written = 0;
    const writable = new Writable({
      highWaterMark: 1,
      write: (chunk: Uint8Array, _encoding, done) => {
        written += chunk.byteLength;
        done();
      },
    });
    const sink = sinkOf(writable);
    expect(await ending(lines().pipe(writeTo(sink, { copy: false })))).toBe(COMPLETED);
    expect(written).toBe(ROOM);
  });

  it('fromReadable continues with a stream that has all bytes at once', async () => {
    const chunks = [...Array<Uint8Array>(TIMES).fill(LINE), null].values();
    const readable = new Readable({
      read() {
        this.push(chunks.next().value ?? null);
      },
    });
    const sink = quickSink();
    expect(await ending(fromReadable(readable).pipe(writeTo(sink)))).toBe(COMPLETED);
    expect(sink.written()).toBe(ROOM);
  });

  it.each(['a file', 'the null device'])("openFile's blocks of %s", async (kind) => {
    const file = kind === 'a file' ? path('a.bin') : '/dev/null';
    if (kind === 'a file') writeFileSync(file, Buffer.alloc(TIMES));
    const sink = quickSink();
    const copied$ = openFile(file, { blockSize: 1 }).pipe(
      switchMap(({ blocks$ }) => blocks$.pipe(writeTo(sink))),
    );
    expect(await ending(copied$)).toBe(COMPLETED);
    expect(sink.written()).toBe(kind === 'a file' ? TIMES : 0);
  });
});

const lines = () => synchronous(Array<Uint8Array>(TIMES).fill(LINE));

/** Is full at each write, and has drained by the end of the same call. */
function quickSink(): Sink & { readonly written: () => number } {
  const full$ = new BehaviorSubject(false);
  let written = 0;
  return {
    full$,
    write({ byteLength }) {
      written += byteLength;
      full$.next(true);
      full$.next(false);
    },
    end: () => of(),
    abort: () => undefined,
    written: () => written,
  };
}

/** Each value fills the sink. */
const drainingAtOnce = <T>(sink: Sink): MonoTypeOperatorFunction<T> =>
  tap(() => {
    sink.write(LINE);
  });

/** Is used up by each chunk, and has earned it again by the end of the same call. */
function quickBudget(): ByteBudget {
  const sink = quickSink();
  return {
    full$: sink.full$,
    spend: (size) => {
      sink.write(new Uint8Array(size));
    },
  };
}
