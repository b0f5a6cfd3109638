/** What a client tells about one file. */
export type ClientEvent = Connected | Progressed | Sent;

/** The first event. */
export interface Connected {
  readonly type: 'connected';
  /** The server's address and port. */
  readonly peer: string;
  /** Bytes of the file, where that is known. */
  readonly total: number | undefined;
}

/** Bytes that our kernel has taken so far, at most four times a second. */
export interface Progressed {
  readonly type: 'progress';
  readonly bytes: number;
}

/** The last event: the file is sent, and saved too where it is confirmed (C1). */
export interface Sent {
  readonly type: 'sent';
  readonly peer: string;
  readonly bytes: number;
  /** Milliseconds since it was connected. */
  readonly ms: number;
  /** Whether the server answered with its FIN. */
  readonly confirmed: boolean;
}
