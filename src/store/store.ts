import type { Observable } from 'rxjs';
import type { Identity } from '../identity.js';
import type { EngineState } from './engineState.js';
import type { Usage } from './usage.js';

/**
 * Saves received files: the seam between a server and a directory, an object storage or a database.
 *
 * The server begins a part for each connection, in the order of arrival. It writes to a part while the part is
 * not full, and settles it once, by `commit` or by `fail`.
 */
export interface Store {
  /**
   * Begins the part of a new connection. Returns at once; an error belongs into the part. A throw fails that connection
   * only.
   */
  begin(origin: Origin): Part;
  /**
   * Emits once, how much there is now of what the store limits, or what waits for its engine, and completes. Other
   * stores do not have it.
   */
  readonly usage$?: Observable<Usage> | undefined;
  /** Emits when the engine behind the store stops doing what it is asked for, and when it does so again. */
  readonly engine$?: Observable<EngineState> | undefined;
}

/** The connection of a file. */
export interface Origin {
  /** The serial of the connection; refused connections are counted, too. */
  readonly connection: number;
  /** The sender's address and port. */
  readonly peer: string;
  /** The sender's identity, if it has presented a certificate that we trust. */
  readonly client?: Identity | undefined;
}

/** The facts that are known once a file is received whole. */
export interface Whole {
  /** Its SHA-256 in hex, if the server computes it. */
  readonly sha256?: string;
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
  /**
   * Accepts a chunk at once and returns the part; copies the chunk if it is written later. Throws if it cannot be
   * saved.
   */
  write(chunk: Uint8Array): Part;
  /**
   * Emits the path at which other programs can read, until the commit, all bytes that were written. A store
   * without files does not have it.
   */
  flush?(): Observable<string | Buffer>;
  /** Publishes the whole file under its number, then completes. After an error, the part can still `fail`. */
  commit(whole?: Whole): Observable<never>;
  /** Publishes `ERROR` under the number, then completes. Errors if not even that can be saved. */
  fail(): Observable<never>;
  /** Makes a part that is not settled fail, without reporting how that ends. Safe to repeat. */
  release(): void;
}
