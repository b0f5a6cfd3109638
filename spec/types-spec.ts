import { PassThrough, Readable } from 'node:stream';
import { expectTypeOf } from 'expect-type';
import { interval, NEVER, type Observable, type OperatorFunction } from 'rxjs';
import type * as errors from '../src/errors.js';
import { type ErrorCode, serve, type ServerEvent } from '../src/index.js';
import {
  connectTo,
  directoryStore,
  fromReadable,
  sha256,
  type Sink,
  type Store,
  type Uplink,
  writeTo,
} from '../src/node/index.js';
import {
  byteBudget,
  collectBytes,
  heldWhile,
  idleTimeout,
  limitBytes,
  progress,
  type Progress,
  splitFrames,
  splitLines,
  tapDigest,
  throttleBytes,
} from '../src/operators/index.js';

/*
 * What the compiler has to know of the public operators. It fails where the types are checked (`tsc`),
 * not where this is run.
 */

interface Block {
  readonly byteLength: number;
  readonly offset: number;
}

const texts$: Observable<string> = NEVER;
const blocks$: Observable<Block> = NEVER;
const buffers$: Observable<Buffer> = NEVER;
const full$: Observable<boolean> = NEVER;

describe('the type of heldWhile', () => {
  it('is that of its source', () => {
    expectTypeOf(texts$.pipe(heldWhile(full$))).toEqualTypeOf<Observable<string>>();
  });

  it('requires a sink of booleans', () => {
    // @ts-expect-error: how much there is to drain does not say whether that is too much.
    expectTypeOf(heldWhile(interval(1))).toBeFunction();
  });
});

describe('the type of idleTimeout', () => {
  it('is that of its source', () => {
    expectTypeOf(texts$.pipe(idleTimeout(10_000))).toEqualTypeOf<Observable<string>>();
  });

  it('accepts any Observable as the second look', () => {
    expectTypeOf(idleTimeout(10_000, { lookAgain$: texts$ })).toBeFunction();
  });

  it('requires the timeout', () => {
    // @ts-expect-error: there is no default timeout.
    expectTypeOf(() => idleTimeout()).toBeFunction();
  });
});

describe('the type of limitBytes', () => {
  it('is that of its source, which is anything with a byteLength', () => {
    expectTypeOf(blocks$.pipe(limitBytes(9))).toEqualTypeOf<Observable<Block>>();
    expectTypeOf(buffers$.pipe(limitBytes(9))).toEqualTypeOf<Observable<Buffer>>();
  });

  it('excludes values that have only a length', () => {
    // @ts-expect-error: the length of a text is not its bytes.
    expectTypeOf(texts$.pipe(limitBytes(9))).toBeObject();
  });
});

describe('the type of collectBytes', () => {
  it('turns any bytes into plain bytes', () => {
    expectTypeOf(buffers$.pipe(collectBytes({ limit: 9 }))).toEqualTypeOf<Observable<Uint8Array>>();
  });

  it('requires a limit', () => {
    // @ts-expect-error: all the bytes stand in memory.
    expectTypeOf(() => collectBytes({})).toBeFunction();
  });

  it('requires bytes', () => {
    // @ts-expect-error: a size is enough to limit, but not to collect.
    expectTypeOf(blocks$.pipe(collectBytes({ limit: 9 }))).toBeObject();
  });
});

describe('the type of progress', () => {
  it('turns positions into progress, with or without a total', () => {
    expectTypeOf(progress()).toEqualTypeOf<OperatorFunction<number, Progress>>();
    expectTypeOf(progress({ total: undefined })).toEqualTypeOf<
      OperatorFunction<number, Progress>
    >();
  });

  it('marks fields that may be unknown, and is readonly', () => {
    expectTypeOf<Progress>().toEqualTypeOf<{
      readonly bytes: number;
      readonly total: number | undefined;
      readonly elapsed: number;
      readonly rate: number;
      readonly average: number;
      readonly eta: number | undefined;
    }>();
  });

  it('accepts any clock of milliseconds', () => {
    expectTypeOf(progress({ clock: performance })).toBeFunction();
    expectTypeOf(progress({ clock: Date })).toBeFunction();
  });

  it('requires positions', () => {
    // @ts-expect-error: chunks have to be counted first.
    expectTypeOf(buffers$.pipe(progress())).toBeObject();
  });
});

describe('the type of serve', () => {
  const store: Store = {
    begin() {
      throw new TypeError('never called');
    },
  };

  it('accepts a directory, a store, or an Observable of a store', () => {
    type Events = Observable<ServerEvent>;
    expectTypeOf(serve({ port: 0, dir: 'inbox', mode: 0o640 })).toEqualTypeOf<Events>();
    expectTypeOf(serve({ port: 0, store })).toEqualTypeOf<Events>();
    expectTypeOf(serve({ port: 0, store: directoryStore({ path: 'in' }) })).toEqualTypeOf<Events>();
  });

  it('requires one of them', () => {
    // @ts-expect-error: files have to go somewhere.
    expectTypeOf(() => serve({ port: 0 })).toBeFunction();
    // @ts-expect-error: they go to one place.
    expectTypeOf(() => serve({ port: 0, dir: 'inbox', store })).toBeFunction();
    // @ts-expect-error: the permissions of a file are a directory's matter.
    expectTypeOf(() => serve({ port: 0, store, mode: 0o640 })).toBeFunction();
  });
});

describe('the type of splitLines', () => {
  it('turns bytes into strings', () => {
    expectTypeOf(buffers$.pipe(splitLines({ limit: 9 }))).toEqualTypeOf<Observable<string>>();
  });

  it('requires a limit', () => {
    // @ts-expect-error: a peer that sends no newline would fill the memory.
    expectTypeOf(() => splitLines({})).toBeFunction();
  });

  it('requires bytes', () => {
    // @ts-expect-error: strings are decoded already, perhaps with characters that were split.
    expectTypeOf(texts$.pipe(splitLines({ limit: 9 }))).toBeObject();
  });
});

describe('the type of splitFrames', () => {
  it('turns any bytes into plain bytes, by a prefix or a delimiter', () => {
    const frames$ = buffers$.pipe(splitFrames({ prefix: 4, limit: 9 }));
    expectTypeOf(frames$).toEqualTypeOf<Observable<Uint8Array>>();
    expectTypeOf(splitFrames({ delimiter: 0, limit: 9 })).toBeFunction();
  });

  it('requires a limit', () => {
    // @ts-expect-error: what a peer announces is no limit.
    expectTypeOf(() => splitFrames({ prefix: 4 })).toBeFunction();
  });

  it('requires either a prefix or a delimiter, of a valid size', () => {
    // @ts-expect-error: nothing marks the end of a frame.
    expectTypeOf(() => splitFrames({ limit: 9 })).toBeFunction();
    // @ts-expect-error: no length has three bytes.
    expectTypeOf(() => splitFrames({ prefix: 3, limit: 9 })).toBeFunction();
  });
});

describe('the type of throttleBytes', () => {
  it('is that of its source, which is anything with a byteLength', () => {
    const budget = byteBudget(1_000);
    expectTypeOf(blocks$.pipe(throttleBytes(budget))).toEqualTypeOf<Observable<Block>>();
    expectTypeOf(buffers$.pipe(throttleBytes(budget))).toEqualTypeOf<Observable<Buffer>>();
  });

  it('requires a budget', () => {
    // @ts-expect-error: a hold below would forget what is owed of a rate alone.
    expectTypeOf(buffers$.pipe(throttleBytes(1_000))).toBeObject();
  });
});

describe('the type of tapDigest', () => {
  it('is that of its source', () => {
    const tell = (hex: string) => hex;
    expectTypeOf(buffers$.pipe(tapDigest(sha256, tell))).toEqualTypeOf<Observable<Buffer>>();
  });

  it('requires a function that creates a hash for each subscription', () => {
    // @ts-expect-error: a hash that is begun is not begun anew.
    expectTypeOf(tapDigest(sha256(), () => undefined)).toBeFunction();
  });
});

describe('the types of streams', () => {
  it('are bytes out of a stream, and nothing out of a sink', () => {
    expectTypeOf(fromReadable(process.stdin)).toEqualTypeOf<Observable<Uint8Array>>();
    expectTypeOf(buffers$.pipe(writeTo(new PassThrough()))).toEqualTypeOf<Observable<never>>();
  });

  it('accept an uplink as a sink', () => {
    expectTypeOf<Uplink>().toExtend<Sink>();
    expectTypeOf(connectTo).returns.toEqualTypeOf<Observable<Uplink>>();
  });

  it('accept a stream that can only be written', () => {
    expectTypeOf(writeTo(new PassThrough())).toBeFunction();
    // @ts-expect-error: it can be read alone.
    expectTypeOf(writeTo(Readable.from([]))).toBeFunction();
  });
});

describe('the type of ErrorCode', () => {
  it('has the codes of all errors, of usage errors, and of foreign errors', () => {
    type Thrown = InstanceType<(typeof errors)[keyof Omit<typeof errors, 'RxdropError'>]>;
    expectTypeOf<Thrown['code'] | 'INTERNAL' | 'USAGE'>().toEqualTypeOf<ErrorCode>();
  });
});
