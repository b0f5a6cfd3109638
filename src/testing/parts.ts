import {
  EMPTY,
  ignoreElements,
  map,
  mergeAll,
  type Observable,
  of,
  ReplaySubject,
  shareReplay,
  tap,
} from 'rxjs';
import { StoreError } from '../errors.js';
import type { Part, Store } from '../store/store.js';

/** A part that shows what becomes of it. */
export interface MemoryPart extends Part {
  /** What stands under the number, once something does; completes once the part is released. */
  readonly file$: Observable<string>;
}

/** What a part says, and when. */
export interface PartMarbles {
  /** Asked once; who comes later hears what is known. */
  id$?: Observable<number>;
  full$?: Observable<boolean>;
  commit$?: Observable<unknown>;
  fail$?: Observable<unknown>;
  /** What `flush` emits: the path of the bytes. Without it, the part cannot show them. */
  flush$?: Observable<string>;
  /** Bytes there is room for; one more throws. */
  room?: number;
}

/**
 * A part in memory, at its ease unless marbles say otherwise: a sink for what receives files.
 *
 * @throws StoreError, from `write`, beyond its `room`
 * @example memoryPart({ full$: hot('f--t---f', { f: false, t: true }), commit$: cold('--|') })
 */
export function memoryPart({
  id$ = of(1),
  full$ = of(false),
  flush$,
  commit$ = EMPTY,
  fail$ = EMPTY,
  room = Infinity,
}: PartMarbles = {}): MemoryPart {
  const file$ = new ReplaySubject<string>(Infinity);
  let bytes = Buffer.alloc(0);
  let settled = false;
  const settle = () => {
    settled = true;
  };
  const save = () => {
    settle();
    file$.next(bytes.toString());
  };
  const mark = () => {
    settle();
    file$.next('ERROR');
  };
  return {
    id$: id$.pipe(shareReplay({ bufferSize: 1, refCount: true })),
    fileName: (id) => `${id}.file`,
    full$,
    file$,
    get size() {
      return bytes.byteLength;
    },
    write(chunk) {
      if (bytes.byteLength + chunk.byteLength > room) throw new StoreError();
      bytes = Buffer.concat([bytes, chunk]);
      return this;
    },
    ...(flush$ && { flush: () => flush$ }),
    commit: () => commit$.pipe(ignoreElements(), tap({ complete: save })),
    fail: () => fail$.pipe(ignoreElements(), tap({ subscribe: settle, complete: mark })),
    release() {
      if (!settled) mark();
      file$.complete();
    },
  };
}

/** A store that shows what stands in it. */
export interface MemoryStore extends Store {
  /** What stands, as it comes to stand: `1.file: abc`. */
  readonly files$: Observable<string>;
}

/**
 * A store of parts in memory, which count from 1 and share their marbles.
 *
 * @example
 * const store = memoryStore();
 * serve({ port: 0, store });
 * store.files$.subscribe((file) => console.log(file));   // 1.file: abc
 */
export function memoryStore(marbles: Omit<PartMarbles, 'id$'> = {}): MemoryStore {
  const files$ = new ReplaySubject<Observable<string>>(Infinity);
  let last = 0;
  return {
    files$: files$.pipe(mergeAll()),
    begin() {
      const id = ++last;
      const part = memoryPart({ ...marbles, id$: of(id) });
      files$.next(part.file$.pipe(map((text) => `${id}.file: ${text}`)));
      return part;
    },
  };
}
