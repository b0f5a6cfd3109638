import { expectTypeOf } from 'expect-type';
import { interval, NEVER, type Observable, type OperatorFunction } from 'rxjs';
import { serve, type ServerEvent } from '../src/index.js';
import { directoryStore, type Store } from '../src/node/index.js';
import {
  collectBytes,
  heldWhile,
  idleTimeout,
  limitBytes,
  progress,
  type Progress,
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

  it('asks for a sink that says true or false', () => {
    // @ts-expect-error: how much there is to drain does not say whether that is too much.
    expectTypeOf(heldWhile(interval(1))).toBeFunction();
  });
});

describe('the type of idleTimeout', () => {
  it('is that of its source', () => {
    expectTypeOf(texts$.pipe(idleTimeout(10_000))).toEqualTypeOf<Observable<string>>();
  });

  it('takes any Observable for the second look', () => {
    expectTypeOf(idleTimeout(10_000, { lookAgain$: texts$ })).toBeFunction();
  });

  it('asks for what is due', () => {
    // @ts-expect-error: there is no due that suits everybody.
    expectTypeOf(idleTimeout()).toBeFunction();
  });
});

describe('the type of limitBytes', () => {
  it('is that of its source, which is anything with a byteLength', () => {
    expectTypeOf(blocks$.pipe(limitBytes(9))).toEqualTypeOf<Observable<Block>>();
    expectTypeOf(buffers$.pipe(limitBytes(9))).toEqualTypeOf<Observable<Buffer>>();
  });

  it('excludes what has a length alone', () => {
    // @ts-expect-error: the length of a text is not its bytes.
    expectTypeOf(texts$.pipe(limitBytes(9))).toBeObject();
  });
});

describe('the type of collectBytes', () => {
  it('makes plain bytes of any bytes', () => {
    expectTypeOf(buffers$.pipe(collectBytes({ limit: 9 }))).toEqualTypeOf<Observable<Uint8Array>>();
  });

  it('asks for a limit', () => {
    // @ts-expect-error: all the bytes stand in memory.
    expectTypeOf(collectBytes({})).toBeFunction();
  });

  it('asks for bytes', () => {
    // @ts-expect-error: a size is enough to limit, but not to collect.
    expectTypeOf(blocks$.pipe(collectBytes({ limit: 9 }))).toBeObject();
  });
});

describe('the type of progress', () => {
  it('makes progress of positions, with or without a total', () => {
    expectTypeOf(progress()).toEqualTypeOf<OperatorFunction<number, Progress>>();
    expectTypeOf(progress({ total: undefined })).toEqualTypeOf<
      OperatorFunction<number, Progress>
    >();
  });

  it('says what may be unknown, and is there to be read', () => {
    expectTypeOf<Progress>().toEqualTypeOf<{
      readonly bytes: number;
      readonly total: number | undefined;
      readonly elapsed: number;
      readonly rate: number;
      readonly average: number;
      readonly eta: number | undefined;
    }>();
  });

  it('goes by any clock of milliseconds', () => {
    expectTypeOf(progress({ clock: performance })).toBeFunction();
    expectTypeOf(progress({ clock: Date })).toBeFunction();
  });

  it('asks for positions', () => {
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

  it('takes a directory, a store, or what opens a store', () => {
    type Events = Observable<ServerEvent>;
    expectTypeOf(serve({ port: 0, dir: 'inbox', mode: 0o640 })).toEqualTypeOf<Events>();
    expectTypeOf(serve({ port: 0, store })).toEqualTypeOf<Events>();
    expectTypeOf(serve({ port: 0, store: directoryStore({ path: 'in' }) })).toEqualTypeOf<Events>();
  });

  it('asks for one of them', () => {
    // @ts-expect-error: files have to go somewhere.
    expectTypeOf(() => serve({ port: 0 })).toBeFunction();
    // @ts-expect-error: they go to one place.
    expectTypeOf(() => serve({ port: 0, dir: 'inbox', store })).toBeFunction();
    // @ts-expect-error: the permissions of a file are a directory's matter.
    expectTypeOf(() => serve({ port: 0, store, mode: 0o640 })).toBeFunction();
  });
});
