import type { ErrorData } from '../errorData.js';
import type { ErrorCode } from '../errors.js';
import type { Identity } from '../node/identity.js';
import type { Stamp, Unstamped } from '../stamp.js';
import type { Refusal } from './gate.js';

/** What a server reports: the one stream that feeds every output. Each is plain data. */
export type ServerEvent =
  Listening | Reduced | Opened | Refused | Transferring | Received | Failed | Stopped;

/** An event before `serve` gives it its version and its time. */
export type ServerFact = Unstamped<ServerEvent>;

/** Connections are accepted from here on. */
export interface Listening extends Stamp {
  readonly type: 'listening';
  readonly address: string;
  readonly port: number;
}

/** Fewer connections are admitted than was asked for, because the open-files limit carries no more. */
export interface Reduced extends Stamp {
  readonly type: 'reduced';
  /** The `maxConnections` that was asked for. */
  readonly asked: number;
  /** The one that holds. */
  readonly maxConnections: number;
}

/** A connection was admitted. */
export interface Opened extends ConnectionEvent, FileFacts {
  readonly type: 'opened';
}

/** A connection was not admitted: it has no number, and got an RST. */
export interface Refused extends ConnectionEvent {
  readonly type: 'refused';
  /**
   * `DENIED`: its address is not admitted, or is not known any more; `UNKNOWN_PEER`: the latter, if
   * connections per address are counted; `OPEN_FILES`: descriptors run out; `TLS`: its handshake failed; `TLS_NAME`: no name
   * in its certificate is admitted.
   */
  readonly reason: Refusal | 'TLS' | 'TLS_NAME';
  /** Why the handshake failed. */
  readonly error?: ErrorData;
}

/** A transfer in flight has received more; only if `serve` was given `progress`. */
export interface Transferring extends ConnectionEvent, FileFacts, Extent {
  readonly type: 'progress';
}

/** A file is saved, whole. */
export interface Received extends ConnectionEvent, Extent {
  readonly type: 'received';
  readonly id: number;
  readonly file: string;
  /** The SHA-256 of the file in hex, if the server computes it. */
  readonly sha256?: string;
}

/** A transfer ended in an error; its file holds `ERROR`, unless there is a `fileError`. */
export interface Failed extends ConnectionEvent, FileFacts, Extent {
  readonly type: 'failed';
  /** The code of the error. */
  readonly reason: ErrorCode;
  readonly error: ErrorData;
  /** Why not even `ERROR` could be written, so that there is no file. */
  readonly fileError?: ErrorData;
}

/** The last event: nothing is in flight any more. */
export interface Stopped extends Stamp {
  readonly type: 'stopped';
}

interface ConnectionEvent extends Stamp {
  /** Counts every connection from 1, refused ones too, in the order in which they came. */
  readonly connection: number;
  /** The sender's address and port. */
  readonly peer: string;
  /** Who the sender is, if it has shown a certificate that we trust. */
  readonly client?: Identity;
}

interface FileFacts {
  /** The number of the file, once it is known. */
  readonly id?: number;
  /** The name under which to look for the file, once its number is known: `7.file`. */
  readonly file?: string;
}

interface Extent {
  /** Bytes that came. */
  readonly bytes: number;
  /** Milliseconds since the connection was admitted. */
  readonly ms: number;
}
