import type { Observable } from 'rxjs';

/**
 * Saves received files: the seam between a server and a directory, an object storage or a database.
 *
 * The server begins a part for each connection, in the order of arrival. It writes to a part while the part is
 * not full, and settles it once, by `commit` or by `fail`.
 */
export interface Store {
  /** Begins the part of the connection that has just come. Takes no time and never throws: what does belongs into the part. */
  begin(): Part;
}

/** A file while it is being received. */
export interface Part {
  /** Emits the number of the file once it is known, at the latest when the commit ends. Errors if there is none. */
  readonly id$: Observable<number>;
  /** The number, if it is known from the start: then the server does not wait for `id$`. */
  readonly id?: number | undefined;
  /** The name by which a user finds the file with this number: `7.file`. */
  fileName(id: number): string;
  /** Emits whether the part is full, at first and at each change. Errors if written bytes cannot be saved. */
  readonly full$: Observable<boolean>;
  /** Bytes written so far. */
  readonly size: number;
  /** Accepts a chunk at once and returns the part; copies the chunk if it is written later. Throws if it cannot be saved. */
  write(chunk: Uint8Array): Part;
  /** Publishes the whole file under its number, then completes. After an error, the part can still `fail`. */
  commit(): Observable<never>;
  /** Publishes `ERROR` under the number, then completes. Errors if not even that can be saved. */
  fail(): Observable<never>;
  /** Makes a part that is not settled fail, without reporting how that ends. Safe to repeat. */
  release(): void;
}
