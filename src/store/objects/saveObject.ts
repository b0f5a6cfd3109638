import {
  catchError,
  concat,
  defer,
  EMPTY,
  finalize,
  map,
  mergeMap,
  type MonoTypeOperatorFunction,
  type Observable,
  range,
  switchMap,
  tap,
} from 'rxjs';
import { type Engine, EngineFailure, isKind, type NewObject, type Upload } from './engine.js';

/** A file that becomes an object. */
export interface ObjectFile extends Pick<NewObject, 'name' | 'token'> {
  readonly size: number;
  /** Emits these bytes; can be subscribed more than once. */
  read(from: number, size: number): Observable<Uint8Array>;
}

export interface SaveOptions {
  readonly engine: Engine;
  /** Whether a single request can be told not to overwrite an object. If not, we look first. */
  readonly canForbid: boolean;
  /** Repeats a request. */
  readonly retried: <T>() => MonoTypeOperatorFunction<T>;
}

/**
 * Makes an object of a file, with one request or in parts, so that it is visible whole or not at all. Emits after each
 * part, and completes once the object is there.
 *
 * An object that has the name is not overwritten, unless it was made of this file: if the answer was lost, it is there
 * already, and if the file has become `ERROR` since, it becomes `ERROR`.
 *
 * @throws EngineFailure; `taken` if another file has the name
 */
export function saveObject(file: ObjectFile, options: SaveOptions): Observable<unknown> {
  const { engine, canForbid, retried } = options;
  const find$ = engine.find(file.name).pipe(retried());
  const create$ = create(file, true, options);
  // A long upload should not find out at its end that the name is taken, or that the engine forbids only single requests.
  const looksFirst = !canForbid || file.size > PUT_BYTES;
  const created$ = looksFirst
    ? find$.pipe(switchMap((found) => (found ? throwTaken() : create$)))
    : create$;
  return created$.pipe(
    catchError((error: unknown) => {
      if (!isKind(error, 'taken', 'missing')) throw error;
      return find$.pipe(
        switchMap((found) => {
          if (found?.token !== file.token) throw error;
          const isThere = found.size === file.size && file.size > MARKER_BYTES;
          return isThere ? EMPTY : create(file, false, options);
        }),
      );
    }),
  );
}

function create(file: ObjectFile, onlyIfNew: boolean, options: SaveOptions): Observable<unknown> {
  const { engine, canForbid, retried } = options;
  const { name, token, size } = file;
  if (size > PUT_BYTES) return putParts(file, onlyIfNew, options);
  const object = { name, token, onlyIfNew: onlyIfNew && canForbid };
  return file.read(0, size).pipe(
    switchMap((body) => engine.put(object, body)),
    retried(),
  );
}

function putParts(file: ObjectFile, onlyIfNew: boolean, options: SaveOptions): Observable<unknown> {
  const { engine, retried } = options;
  return engine.startUpload({ ...file, onlyIfNew }).pipe(
    retried(),
    switchMap((upload) => {
      const tags: string[] = [];
      const complete = (onlyIfNew: boolean) =>
        engine.completeUpload(upload, tags, onlyIfNew).pipe(retried());
      const completed$ = defer(() => complete(onlyIfNew)).pipe(
        catchError((error: unknown) => {
          if (onlyIfNew && isKind(error, 'unsupported')) return complete(false);
          throw error;
        }),
      );
      return concat(putEach(file, upload, tags, options), completed$).pipe(
        abortUnlessComplete(engine, upload),
      );
    }),
  );
}

/** Puts all parts, a few at a time, and enters their tags. */
function putEach(
  file: ObjectFile,
  upload: Upload,
  tags: string[],
  { engine, retried }: SaveOptions,
): Observable<unknown> {
  const partBytes = partBytesOf(file.size);
  return range(0, Math.ceil(file.size / partBytes)).pipe(
    mergeMap((index) => {
      const from = index * partBytes;
      return file.read(from, Math.min(partBytes, file.size - from)).pipe(
        switchMap((body) => engine.putPart(upload, index + 1, body)),
        retried(),
        map((tag) => {
          tags[index] = tag;
        }),
      );
    }, PARTS_OF_A_FILE),
  );
}

/** What cannot be aborted now, `sweep` removes later. */
const abortUnlessComplete =
  (engine: Engine, upload: Upload): MonoTypeOperatorFunction<unknown> =>
  (source) =>
    defer(() => {
      let isComplete = false;
      const abort = () => {
        engine.abortUpload(upload).subscribe({ error: () => undefined });
      };
      return source.pipe(
        tap({
          complete() {
            isComplete = true;
          },
        }),
        finalize(() => {
          if (!isComplete) abort();
        }),
      );
    });

/** An object has at most 10,000 parts, and each but the last at least 5 MiB. */
export const partBytesOf = (size: number): number =>
  Math.max(PART_BYTES, Math.ceil(size / MAX_PARTS / MiB) * MiB);

/** What a file has in memory at most: all of it, or some parts. */
export const bytesInMemory = (size: number): number =>
  Math.min(size, PARTS_OF_A_FILE * partBytesOf(size));

const throwTaken = (): never => {
  throw new EngineFailure('taken', 'an object has that name');
};

const MiB = 2 ** 20;
/** An engine has a dozen requests and copies to do for a file in parts, and one for a file that is put whole. */
const PUT_BYTES = 32 * MiB;
const PART_BYTES = 8 * MiB;
const PARTS_OF_A_FILE = 4;
const MAX_PARTS = 10_000;
/** The size of `ERROR`, which is written again, because a file of that size may differ from it. */
const MARKER_BYTES = 5;
