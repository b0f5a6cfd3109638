import type { ErrorData } from '../errorData.js';
import type { ErrorCode } from '../errors.js';
import type { Stamp, Unstamped } from '../stamp.js';

/** An event of `send`, which sends one file, as plain data. */
export type ClientEvent = Connected | Progressed | Retrying | Sent;

/** What `rxdrop-client --json` prints about a file. Unlike `send`, which errors, it reports a failure as an event. */
export type ClientReport = ClientEvent | NotSent;

/** An event before `send` gives it its version, its time and its file. */
export type ClientFact = UploadFact<ClientEvent>;

type UploadFact<E> = E extends UploadEvent ? Omit<Unstamped<E>, 'file'> : never;

/** The client is connected to the server. This is the first event of an attempt that gets that far. */
export interface Connected extends UploadEvent {
  readonly type: 'connected';
  /** The server's address and port. */
  readonly peer: string;
  /** Bytes of the file, if that is known: not for pipes, terminals and devices. */
  readonly total?: number;
}

/** Our kernel has accepted more bytes. Emitted at most four times per second. */
export interface Progressed extends UploadEvent {
  readonly type: 'progress';
  readonly bytes: number;
}

/** An attempt has failed, and another one will follow (`retry`). */
export interface Retrying extends UploadEvent {
  readonly type: 'retrying';
  /** The number of the retry, from 1. */
  readonly attempt: number;
  /** Milliseconds until it begins. */
  readonly delay: number;
  /** Why the previous attempt failed. */
  readonly error: ErrorData;
}

/** The last event: the file is sent and, if it is confirmed, saved (C1). */
export interface Sent extends UploadEvent {
  readonly type: 'sent';
  readonly peer: string;
  readonly bytes: number;
  /** Milliseconds since it was connected. */
  readonly ms: number;
  /** Whether the server answered with its FIN. */
  readonly confirmed: boolean;
  /** The number of the file on the server, if a receipt was required. */
  readonly id?: number;
  /** The SHA-256 of the file in hex, if a receipt was required. */
  readonly sha256?: string;
}

/** The last event of a file that could not be sent. */
export interface NotSent extends UploadEvent {
  readonly type: 'failed';
  /** The code of the error. */
  readonly reason: ErrorCode;
  readonly error: ErrorData;
}

interface UploadEvent extends Stamp {
  /** The file as it was given to `send`; bytes that are no UTF-8 are written `\xe9`. */
  readonly file: string;
}
