import type { Observable } from 'rxjs';

/**
 * An object storage, as far as a store uses it. Each call is one request, or the pages of one list: cold, and stopped
 * by unsubscribing. Names are keys below the prefix of the store.
 *
 * @throws EngineFailure, from every call
 */
export interface Engine {
  /** Creates an object with one request. */
  put(object: NewObject, body: Uint8Array): Observable<unknown>;
  /** Begins an object of several parts, which nobody sees before it is complete. */
  startUpload(object: NewObject): Observable<Upload>;
  /** Emits the tag of the part. Parts count from 1. */
  putPart(upload: Upload, part: number, body: Uint8Array): Observable<string>;
  completeUpload(upload: Upload, tags: readonly string[], onlyIfNew: boolean): Observable<unknown>;
  abortUpload(upload: Upload): Observable<unknown>;
  /** The uploads that are neither complete nor aborted. */
  listUploads(): Observable<StartedUpload>;
  /** Emits when each part of an upload was put, in milliseconds since 1970. */
  listPartTimes(upload: Upload): Observable<number>;
  /** Emits `undefined` if there is no such object. */
  find(name: string): Observable<FoundObject | undefined>;
  listNames(): Observable<string>;
  remove(name: string): Observable<unknown>;
  /** The clock of the engine, in milliseconds since 1970. */
  now(): number;
}

export interface NewObject {
  readonly name: string;
  /** Distinguishes the file from all others, and is kept with the object. */
  readonly token: string;
  /** Error with `taken` instead of overwriting an object. */
  readonly onlyIfNew: boolean;
}

export interface FoundObject {
  /** The token with which it was made, if it was made by a store like this. */
  readonly token: string | undefined;
  readonly size: number;
}

export interface Upload {
  readonly name: string;
  readonly id: string;
}

export interface StartedUpload extends Upload {
  /** Milliseconds since 1970, on the clock of the engine. */
  readonly startedAt: number;
}

/** Why an engine did not do what it was asked for. The message is for people. It names no credentials. */
export class EngineFailure extends Error {
  override readonly name = 'EngineFailure';

  /**
   * - `missing`: there is no such object or upload (any more)
   * - `refused`: another attempt fails, too, until somebody changes something: credentials, the bucket, the region
   * - `taken`: an object has the name
   * - `unavailable`: another attempt may succeed
   * - `unsupported`: the engine does not know what it was asked for
   */
  constructor(
    readonly kind: 'missing' | 'refused' | 'taken' | 'unavailable' | 'unsupported',
    message: string,
  ) {
    super(message);
  }
}

export const isKind = (error: unknown, ...kinds: readonly EngineFailure['kind'][]): boolean =>
  error instanceof EngineFailure && kinds.includes(error.kind);
