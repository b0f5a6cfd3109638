import type { Refusal } from './gate.js';

/** What a server tells: the one stream that every output is made of. */
export type ServerEvent =
  Listening | Reduced | Opened | Refused | Received | Failed | Unmarked | Stopped;

/** Connections are taken from here on. */
export interface Listening {
  readonly type: 'listening';
  readonly address: string;
  readonly port: number;
}

/** Fewer connections are let in than was asked for, because the open-files limit carries no more. */
export interface Reduced {
  readonly type: 'reduced';
  /** The `maxConnections` that was asked for. */
  readonly asked: number;
  /** The one that holds. */
  readonly maxConnections: number;
}

/** A connection has come and has its number. */
export interface Opened extends ConnectionFacts {
  readonly type: 'opened';
}

/** A connection was not let in: it has no number, and got an RST. */
export interface Refused {
  readonly type: 'refused';
  /** The sender's address and port. */
  readonly peer: string;
  /**
   * `DENIED`: its address is not admitted, or is not known any more; `UNKNOWN_PEER`: the latter, where
   * connections from one address are counted; `OPEN_FILES`: descriptors run out; `TLS`: its handshake failed.
   */
  readonly reason: Refusal | 'TLS';
  /** Why the handshake failed. */
  readonly error?: unknown;
}

/** A file stands under its number, whole. */
export interface Received extends TransferFacts {
  readonly type: 'received';
  /** The SHA-256 of the file in hex, where receipts are given. */
  readonly sha256?: string;
}

/**
 * A transfer ended in an error; its file holds `ERROR`, unless `unmarked` says otherwise. It has no number if
 * the store gave none.
 */
export interface Failed extends Omit<TransferFacts, 'id'> {
  readonly id?: number;
  readonly type: 'failed';
  /** The error's `code`. */
  readonly reason: string;
  readonly error: unknown;
}

/** Not even `ERROR` could be kept, so no file has this number. */
export interface Unmarked extends Omit<ConnectionFacts, 'id'> {
  readonly id?: number;
  readonly type: 'unmarked';
  readonly error: unknown;
}

/** The last event: nothing is in flight any more. */
export interface Stopped {
  readonly type: 'stopped';
}

interface ConnectionFacts {
  /** The number of the connection, and of its file. */
  readonly id: number;
  /** The sender's address and port. */
  readonly peer: string;
}

interface TransferFacts extends ConnectionFacts {
  /** Bytes that came. */
  readonly bytes: number;
  /** Milliseconds since the connection came. */
  readonly ms: number;
}
