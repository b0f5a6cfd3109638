/**
 * An error of rxdrop, with a class for each kind: a stable `code` for programs, a `name`, the numbers
 * involved, and the original error as `cause`. The programs turn it into text for people.
 */
export abstract class RxdropError extends Error {
  /** Stable across versions; the `reason` of `failed` events. */
  abstract readonly code: ErrorCode;
}

/** All codes. `USAGE` occurs only in the programs; `INTERNAL` is any error that is not of rxdrop. */
export type ErrorCode =
  | 'CHECK'
  | 'CLOSED_EARLY'
  | 'COMMAND'
  | 'CONNECT_TIMEOUT'
  | 'DIRECTORY'
  | 'DIRECTORY_IN_USE'
  | 'ENGINE'
  | 'IDLE'
  | 'INTERNAL'
  | 'LISTEN'
  | 'LOOKUP'
  | 'NO_INPUT'
  | 'NO_ROOM'
  | 'OPEN_FILES'
  | 'PROXY'
  | 'QUOTA'
  | 'READ'
  | 'RECEIPT'
  | 'RESET'
  | 'SHUTDOWN'
  | 'STALLED'
  | 'STORE'
  | 'STREAM'
  | 'TLS'
  | 'TOO_LARGE'
  | 'TOO_LONG'
  | 'TOO_SLOW'
  | 'TRUNCATED'
  | 'UNCONFIRMED'
  | 'UNKNOWN_HOST'
  | 'UNREACHABLE'
  | 'USAGE'
  | 'WORKER';

/** No value arrived for over `due` milliseconds. Thrown by `idleTimeout`. */
export class IdleTimeoutError extends RxdropError {
  override readonly name = 'IdleTimeoutError';
  readonly code = 'IDLE';
  constructor(readonly due: number) {
    super(`no data for over ${due} ms`);
  }
}

/**
 * More than `limit` bytes arrived. Thrown by `limitBytes`, `collectBytes`, `splitLines` and
 * `splitFrames`.
 */
export class TooLargeError extends RxdropError {
  override readonly name = 'TooLargeError';
  readonly code = 'TOO_LARGE';
  constructor(readonly limit: number) {
    super(`more than ${limit} bytes`);
  }
}

/** The source ended before the end of a frame whose length it had announced. Thrown by `splitFrames`. */
export class TruncatedError extends RxdropError {
  override readonly name = 'TruncatedError';
  readonly code = 'TRUNCATED';
  constructor() {
    super('ended within a frame');
  }
}

/** Fewer than `rate` bytes per second arrived. Thrown by `minRate`. */
export class TooSlowError extends RxdropError {
  override readonly name = 'TooSlowError';
  readonly code = 'TOO_SLOW';
  constructor(readonly rate: number) {
    super(`fewer than ${rate} bytes a second`);
  }
}

/** The source did not complete within `due` milliseconds. Thrown by `maxDuration`. */
export class TooLongError extends RxdropError {
  override readonly name = 'TooLongError';
  readonly code = 'TOO_LONG';
  constructor(readonly due: number) {
    super(`not done within ${due} ms`);
  }
}

/** The server stopped during the transfer. */
export class ShutdownError extends RxdropError {
  override readonly name = 'ShutdownError';
  readonly code = 'SHUTDOWN';
  constructor() {
    super('the server stopped');
  }
}

/** The peer reset the connection, or the connection broke. */
export class ResetError extends RxdropError {
  override readonly name = 'ResetError';
  readonly code = 'RESET';
  constructor(options?: ErrorOptions) {
    super('the connection was reset', options);
  }
}

/** A Node stream failed, or was closed before its end; `cause` is its error. */
export class StreamError extends RxdropError {
  override readonly name = 'StreamError';
  readonly code = 'STREAM';
  constructor(options?: ErrorOptions) {
    super('the stream failed', options);
  }
}

/**
 * A TLS connection could not be established, or was cut off: a certificate that is not trusted or not valid,
 * a peer that does not speak TLS, or a stream that ended without `close_notify`; `cause` has the details.
 */
export class TlsError extends RxdropError {
  override readonly name = 'TlsError';
  readonly code = 'TLS';
  constructor(options?: ErrorOptions) {
    super('the TLS connection failed', options);
  }
}

/**
 * A connection from a proxy does not begin with a valid PROXY header, or one that is not from a proxy begins with
 * one (`unexpected`).
 */
export class ProxyHeaderError extends RxdropError {
  override readonly name = 'ProxyHeaderError';
  readonly code = 'PROXY';
  constructor(readonly problem: 'incomplete' | 'malformed' | 'missing' | 'unexpected') {
    super(`the PROXY header is ${problem}`);
  }
}

/** The peer ended the connection before the whole file was sent. */
export class ClosedEarlyError extends RxdropError {
  override readonly name = 'ClosedEarlyError';
  readonly code = 'CLOSED_EARLY';
  constructor() {
    super('the peer ended the connection before the file was sent');
  }
}

/** `host` has no address. */
export class UnknownHostError extends RxdropError {
  override readonly name = 'UnknownHostError';
  readonly code = 'UNKNOWN_HOST';
  constructor(
    readonly host: string,
    options?: ErrorOptions,
  ) {
    super(`no address for ${host}`, options);
  }
}

/** The resolver could not determine whether `host` has an address; `cause` has the reason. */
export class LookupError extends RxdropError {
  override readonly name = 'LookupError';
  readonly code = 'LOOKUP';
  constructor(
    readonly host: string,
    options?: ErrorOptions,
  ) {
    super(`cannot look up ${host}`, options);
  }
}

/** No address of `host` accepted the connection; `cause` is the error of the last one. */
export class UnreachableError extends RxdropError {
  override readonly name = 'UnreachableError';
  readonly code = 'UNREACHABLE';
  constructor(
    readonly host: string,
    readonly port: number,
    options?: ErrorOptions,
  ) {
    super(`cannot connect to ${host} port ${port}`, options);
  }
}

/** Resolving and connecting together took longer than `due` milliseconds. */
export class ConnectTimeoutError extends RxdropError {
  override readonly name = 'ConnectTimeoutError';
  readonly code = 'CONNECT_TIMEOUT';
  constructor(readonly due: number) {
    super(`not connected within ${due} ms`);
  }
}

/**
 * No byte was accepted by our kernel or acknowledged by the peer's for `due` milliseconds while bytes
 * were waiting.
 */
export class StalledError extends RxdropError {
  override readonly name = 'StalledError';
  readonly code = 'STALLED';
  constructor(readonly due: number) {
    super(`no progress for ${due} ms`);
  }
}

/** All bytes were sent, but no FIN arrived within `due` milliseconds of the last progress. */
export class UnconfirmedError extends RxdropError {
  override readonly name = 'UnconfirmedError';
  readonly code = 'UNCONFIRMED';
  constructor(readonly due: number) {
    super(`sent, but not confirmed within ${due} ms`);
  }
}

/** The file to send cannot be opened. */
export class NoInputError extends RxdropError {
  override readonly name = 'NoInputError';
  readonly code = 'NO_INPUT';
  constructor(
    readonly path: string,
    options?: ErrorOptions,
  ) {
    super(`cannot open ${path}`, options);
  }
}

/** Reading the file to send failed. */
export class ReadError extends RxdropError {
  override readonly name = 'ReadError';
  readonly code = 'READ';
  constructor(
    readonly path: string,
    options?: ErrorOptions,
  ) {
    super(`cannot read ${path}`, options);
  }
}

/**
 * The server cannot listen on `port`, of the address `host` if it has been given one: the port is in use or forbidden,
 * or the address does not exist or cannot be looked up. The descriptor of `{ fd }` is no TCP socket that can listen.
 */
export class ListenError extends RxdropError {
  override readonly name = 'ListenError';
  readonly code = 'LISTEN';
  readonly host: string | undefined;
  constructor(
    readonly port: number | { readonly fd: number },
    { host, ...options }: ErrorOptions & { host?: string | undefined } = {},
  ) {
    super(
      `cannot listen on ${typeof port === 'number' ? `port ${port}` : `descriptor ${port.fd}`}`,
      options,
    );
    this.host = host;
  }
}

/** So few files may be open at once (`limit`) that no connection can be served. */
export class OpenFilesError extends RxdropError {
  override readonly name = 'OpenFilesError';
  readonly code = 'OPEN_FILES';
  constructor(readonly limit: number) {
    super(`only ${limit} files may be open at once`);
  }
}

/**
 * Files cannot be saved in `path`: it and its parent are missing, or it is not a directory or not
 * writable.
 */
export class DirectoryError extends RxdropError {
  override readonly name = 'DirectoryError';
  readonly code = 'DIRECTORY';
  constructor(
    readonly path: string,
    options?: ErrorOptions,
  ) {
    super(`cannot save files in ${path}`, options);
  }
}

/** Another server uses the directory `path`. */
export class DirectoryInUseError extends RxdropError {
  override readonly name = 'DirectoryInUseError';
  readonly code = 'DIRECTORY_IN_USE';
  constructor(
    readonly path: string,
    options?: ErrorOptions,
  ) {
    super(`${path} is in use by another server`, options);
  }
}

/**
 * An engine that servers share cannot be used: it does not answer, it refuses us, or its package is missing; `cause`
 * has the reason.
 */
export class EngineError extends RxdropError {
  override readonly name = 'EngineError';
  readonly code = 'ENGINE';
  constructor(
    readonly url: string,
    options?: ErrorOptions,
  ) {
    super(`cannot use ${url}`, options);
  }
}

/** Fewer than `minFree` bytes of the disk are free. */
export class NoRoomError extends RxdropError {
  override readonly name = 'NoRoomError';
  readonly code = 'NO_ROOM';
  constructor(readonly minFree: number) {
    super(`fewer than ${minFree} bytes are free`);
  }
}

/** A file would exceed the limit of all files together: of their bytes, or of their number. */
export class QuotaError extends RxdropError {
  override readonly name = 'QuotaError';
  readonly code = 'QUOTA';
  constructor(
    readonly option: 'maxTotal' | 'maxFiles',
    readonly limit: number,
  ) {
    super(`${option} is ${limit}`);
  }
}

/** The server's receipt is missing or incomplete, or describes other bytes than were sent. */
export class ReceiptError extends RxdropError {
  override readonly name = 'ReceiptError';
  readonly code = 'RECEIPT';
  constructor(
    /** The answer of the server, at most 1 KiB of it. */
    readonly answer: string,
    /** The expected answer after `OK` and the number. */
    readonly expected: string,
  ) {
    super('the receipt does not match');
  }
}

/** A file could not be saved: the disk is full, failing or missing. */
export class StoreError extends RxdropError {
  override readonly name = 'StoreError';
  readonly code = 'STORE';
  constructor(options?: ErrorOptions) {
    super('the file could not be saved', options);
  }
}

/** A command could not be started: there is no `sh`, or the system has no process for it; `cause` is its error. */
export class CommandError extends RxdropError {
  override readonly name = 'CommandError';
  readonly code = 'COMMAND';
  constructor(options?: ErrorOptions) {
    super('the command could not be started', options);
  }
}

/** The process of a worker, and how it ended. */
export interface WorkerEnd {
  readonly pid: number;
  /** Its exit status; `undefined` if a signal ended it. */
  readonly status?: number | undefined;
  /** The signal that ended it. */
  readonly signal?: string | undefined;
}

/** The worker that received a file has ended before the file was saved. */
export class WorkerError extends RxdropError implements WorkerEnd {
  override readonly name = 'WorkerError';
  readonly code = 'WORKER';
  readonly pid: number;
  readonly status?: number | undefined;
  readonly signal?: string | undefined;
  constructor({ pid, status, signal }: WorkerEnd, options?: ErrorOptions) {
    super('the worker ended', options);
    this.pid = pid;
    this.status = status;
    this.signal = signal;
  }
}

/** Why a check refused a file. It is empty if the command could not be run; the `cause` of the error is the reason. */
export interface CheckFailure {
  /** The exit status of its command. */
  readonly status?: number | undefined;
  /** The signal that ended its command. */
  readonly signal?: string | undefined;
  /** The limit in milliseconds, if the check exceeded it. */
  readonly due?: number | undefined;
  /** The last 4 KiB of what its command printed. */
  readonly output?: string | undefined;
}

/**
 * A check refused a file before it was published, took too long, or could not be run. The message is the last line that
 * its command printed.
 */
export class CheckError extends RxdropError implements CheckFailure {
  override readonly name = 'CheckError';
  readonly code = 'CHECK';
  readonly status: number | undefined;
  readonly signal: string | undefined;
  readonly due: number | undefined;
  readonly output: string | undefined;
  constructor(
    message: string,
    { status, signal, due, output }: CheckFailure = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.status = status;
    this.signal = signal;
    this.due = due;
    this.output = output;
  }
}
