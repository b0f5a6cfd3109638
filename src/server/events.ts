import type { ErrorData } from '../errorData.js';
import type { ErrorCode } from '../errors.js';
import type { Identity } from '../identity.js';
import type { EngineState } from '../store/engineState.js';
import type { Usage } from '../store/usage.js';
import type { Stamp, Unstamped } from '../stamp.js';
import type { Refusal } from './gate.js';

/** An event of the server, as plain data. All outputs consume the one stream of events. */
export type ServerEvent =
  | Listening
  | Reduced
  | Opened
  | Refused
  | Transferring
  | Used
  | Received
  | Failed
  | Hook
  | EngineChanged
  | WorkerEnded
  | Stopped;

/** An event before `serve` gives it its version and its time. */
export type ServerFact = Unstamped<ServerEvent>;

/** The server listens. */
export interface Listening extends Stamp {
  readonly type: 'listening';
  readonly address: string;
  readonly port: number;
}

/** Fewer connections are admitted than `maxConnections`, because the open-files limit allows no more. */
export interface Reduced extends Stamp {
  readonly type: 'reduced';
  /** The `maxConnections` of the options. */
  readonly asked: number;
  /** The number that is admitted. */
  readonly maxConnections: number;
}

/** A connection was admitted. */
export interface Opened extends ConnectionEvent, FileFacts {
  readonly type: 'opened';
}

/** A connection was refused: it got an RST, and has no number and no file. */
export interface Refused extends ConnectionEvent {
  readonly type: 'refused';
  /**
   * - `COUNT`: the files that are saved or in flight are as many as are wanted (`count`, `once`)
   * - `DENIED`: its address is not allowed (`allow`, `deny`), or is unknown although one of these lists is set
   * - `MAX_CONNECTIONS`, `MAX_PER_HOST`, `MAX_RATE_PER_HOST`: the limit of that name is reached
   * - `OPEN_FILES`: the limit of open files is nearly reached
   * - `PROXY`: its PROXY header is missing, late or malformed, or it has one although its address is not that of a proxy
   * - `TLS`: its handshake failed or was late
   * - `TLS_NAME`: no name in its certificate is allowed (`tlsAllow`)
   * - `UNKNOWN_PEER`: its address is unknown, and a limit per address or `proxyProtocol` needs it
   */
  readonly reason: Refusal | 'PROXY' | 'TLS' | 'TLS_NAME';
  /** Why the handshake or the header failed. */
  readonly error?: ErrorData;
}

/** A transfer in flight has received more bytes. Only emitted if `serve` has the option `progress`. */
export interface Transferring extends ConnectionEvent, FileFacts, Extent {
  readonly type: 'progress';
}

/**
 * The files that the store limits (`maxFiles`, `maxTotal`): how many there are, and their bytes; or those that wait for
 * its engine. Emitted at first and, looked at every `progress` milliseconds, if that has changed; only if `serve` has
 * the option `progress`.
 */
export interface Used extends Stamp, Usage {
  readonly type: 'usage';
}

/** A file is saved whole. */
export interface Received extends ConnectionEvent, Extent {
  readonly type: 'received';
  readonly id: number;
  readonly file: string;
  /**
   * The SHA-256 of the received bytes in hex, if the server computes it. Missing if a worker died after it had
   * published the file: the hash is lost with it, and others may have changed the file since.
   */
  readonly sha256?: string;
}

/** A transfer ended in an error; its file holds `ERROR`, unless there is a `fileError`. */
export interface Failed extends ConnectionEvent, FileFacts, Extent {
  readonly type: 'failed';
  /** The code of the error. */
  readonly reason: ErrorCode;
  readonly error: ErrorData;
  /** Why not even `ERROR` could be written; then there is no file. */
  readonly fileError?: ErrorData;
}

/** A command that `exec` runs for a saved file has ended, or was not run. The file is saved in any case. */
export interface Hook extends ConnectionEvent {
  readonly type: 'hook';
  /** The option with the command. */
  readonly hook: 'exec';
  readonly id: number;
  readonly file: string;
  /** Its exit status: 0 if it succeeded. */
  readonly status?: number;
  /** The signal that ended it. */
  readonly signal?: string;
  /**
   * - `COMMAND`: the command could not be started
   * - `QUEUE_FULL`: the command is not run, because 10,000 others wait
   * - `SHUTDOWN`: the server stopped, and ended the command or did not run it
   */
  readonly reason?: 'COMMAND' | 'QUEUE_FULL' | 'SHUTDOWN';
  /** Why it could not be started. */
  readonly error?: ErrorData;
  /** Milliseconds that it ran. */
  readonly ms: number;
  /** The last 4 KiB of what it printed. */
  readonly output?: string;
}

/**
 * A worker ended although the server goes on, and is replaced. Its transfers fail, unless their files were published.
 */
export interface WorkerEnded extends Stamp {
  readonly type: 'worker';
  readonly pid: number;
  /** Its exit status. */
  readonly status?: number;
  /** The signal that ended it. */
  readonly signal?: string;
  /** Milliseconds without a sign of life, after which the server ended it. */
  readonly silentMs?: number;
  /** Transfers that it had in flight. */
  readonly transfers: number;
}

/**
 * The engine behind the store stopped doing what it is asked for (`error`), or does so again. Its requests are repeated
 * meanwhile.
 */
export interface EngineChanged extends Stamp, EngineState {
  readonly type: 'engine';
}

/** The last event: no transfer is in flight. */
export interface Stopped extends Stamp {
  readonly type: 'stopped';
}

interface ConnectionEvent extends Stamp {
  /** Numbers all connections from 1 in the order of arrival, refused ones too. */
  readonly connection: number;
  /** The sender's address and port. */
  readonly peer: string;
  /** The sender's identity, if it has presented a certificate that we trust. */
  readonly client?: Identity;
}

/** The number and the name of a file, if they are known. */
export interface FileFacts {
  /** The number of the file, once it is known. */
  readonly id?: number;
  /** The name by which a user finds the file, once its number is known: `7.file`. */
  readonly file?: string;
}

interface Extent {
  /** Bytes received. */
  readonly bytes: number;
  /** Milliseconds since the connection was admitted. */
  readonly ms: number;
}
