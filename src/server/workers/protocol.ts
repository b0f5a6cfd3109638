import type { ErrorData } from '../../errorData.js';
import type { Identity } from '../../identity.js';
import type { ServerTls } from '../../node/tls.js';
import type { LendingTerms } from '../../store/directory/lender.js';
import type { Loan } from '../../store/directory/writer/loan.js';
import type { Origin, Whole } from '../../store/store.js';
import type { ServerFact } from '../events.js';
import type { Limits } from '../limits.js';

/** What the acceptor sends to a worker. */
export type ToWorker = Setup | Start | Secure | Receive | Verdict | Drop | End;

/** What a worker sends about a job. A job is a connection. */
export type Answer = Ready | NotReady | ToCheck | JobEvent;

/** The first message to a worker. */
export interface Setup extends Limits {
  readonly type: 'setup';
  readonly terms: LendingTerms;
  /** How many workers there are. */
  readonly workers: number;
  readonly tls: ServerTls | undefined;
  /** Whether the starts of connections are read. */
  readonly proxies: boolean;
  /** Whether files are checked before they are published. */
  readonly checks: boolean;
  /** Whether connections wait for answers, or for the places of those that have ended. */
  readonly isAwaited: boolean;
  readonly receipt: boolean;
  readonly sha256: boolean;
  readonly progress: number | undefined;
}

/** Reads the start of a connection, whose handle comes with it. */
export interface Start {
  readonly type: 'start';
  readonly job: number;
  readonly peer: string;
  /** Whether it begins with a PROXY header. */
  readonly step: 'readHeader' | 'refuseHeader';
}

/** Makes the handshake of a connection, whose handle comes with it unless its start is read. */
export interface Secure {
  readonly type: 'secure';
  readonly job: number;
  readonly peer: string;
}

/** Receives a connection, whose handle comes with it unless the worker has it. */
export interface Receive {
  readonly type: 'receive';
  readonly job: number;
  readonly origin: Origin;
  readonly loan: Loan;
}

/** The result of the check of a file. */
export interface Verdict {
  readonly type: 'verdict';
  readonly job: number;
  /** Why it does not pass. */
  readonly error?: ErrorData | undefined;
}

/** Aborts a connection that is not received yet. */
export interface Drop {
  readonly type: 'drop';
  readonly job: number;
}

/** The transfers in flight fail, because the server stops. */
export interface End {
  readonly type: 'end';
}

/** The start of a connection is read, or its handshake is done. */
export interface Ready {
  readonly type: 'ready';
  readonly job: number;
  readonly peer: string;
  readonly client: Identity | undefined;
}

export interface NotReady {
  readonly type: 'not ready';
  readonly job: number;
  readonly error: ErrorData;
}

/** All bytes of a file have come, and it is checked before it is published. */
export interface ToCheck extends Whole {
  readonly type: 'check';
  readonly job: number;
  readonly bytes: number;
}

/** An event of a transfer. All but `progress` are its last. */
export interface JobEvent {
  readonly type: 'event';
  readonly job: number;
  readonly event: ServerFact;
}

/** A worker is ready, or alive. */
export interface Beat {
  readonly type: 'beat';
  /** Bytes of the files that it receives now. */
  readonly bytes: number;
  /** How many connections its open-files limit allows. */
  readonly room: number;
}
