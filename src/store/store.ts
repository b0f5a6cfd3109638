import type { Observable } from 'rxjs';
import type { Identity } from '../node/identity.js';

/**
 * Where received files go: the seam between a server and what keeps its files.
 *
 * The server begins a part for each connection in the order of their arrival, writes to it while it is
 * not full, and settles it once, by `commit` or by `fail`.
 */
export interface Store {
  /** Begins the part of the connection that has just come. Takes no time and never throws: what does belongs into the part. */
  begin(origin: Origin): Part;
}

/** Where a file comes from. */
export interface Origin {
  /** The serial of the connection, which counts refused ones too. */
  readonly connection: number;
  /** The sender's address and port. */
  readonly peer: string;
  /** Who the sender is, if it has shown a certificate that we trust. */
  readonly client?: Identity | undefined;
}

/** What is known of a file once it has come whole. */
export interface Whole {
  /** Its SHA-256 in hex, if the server computes it. */
  readonly sha256?: string;
}

/** A file while it is being received. */
export interface Part {
  /** The number of the file, once it is known, which may be as late as the end of the commit. Never errors. */
  readonly id$: Observable<number>;
  /** The number, if it is known from the start: then nothing waits for `id$`. */
  readonly id?: number | undefined;
  /** The name under which to look for the file with this number: `7.file`. */
  fileName(id: number): string;
  /** Whether the part has had enough for now; errors when what it took cannot be kept. */
  readonly full$: Observable<boolean>;
  /** Bytes taken so far. */
  readonly size: number;
  /** Takes a chunk at once, copying what it cannot write at once, and returns itself. Throws when it cannot be kept. */
  write(chunk: Uint8Array): Part;
  /**
   * Emits the path at which other programs can read, until the commit, all bytes that were taken. A store
   * that keeps no files has none.
   */
  flush?(): Observable<string | Buffer>;
  /** Completes once the file stands under its number, whole. After an error the part can still `fail`. */
  commit(whole?: Whole): Observable<never>;
  /** Completes once `ERROR` stands under the number; errors where not even that can be kept. */
  fail(): Observable<never>;
  /** Gives up what is not settled, as `fail` does, without anybody waiting. Safe to repeat. */
  release(): void;
}
