import type { Identity } from '../identity.js';

/**
 * The state of a server as plain data, for the page. The first message of `/events` has all fields, and each later one
 * those that have changed.
 */
export interface State {
  /** Milliseconds since 1970, by the clock of the server. */
  readonly at: number;
  readonly server: ServerState;
  readonly totals: Totals;
  /** The oldest transfers in flight. */
  readonly transfers: readonly TransferState[];
  /** All transfers in flight, of which `transfers` has the oldest. */
  readonly inFlight: number;
  /** Bytes received in each of the last seconds. */
  readonly curve: readonly number[];
  /** The files that were saved last, the newest first. */
  readonly files: readonly ResultState[];
  /** The transfers that failed last, the newest first. */
  readonly failures: readonly ResultState[];
  /** For each reason that occurred, the connection that was refused last. */
  readonly refusals: readonly RefusalState[];
  readonly limits: readonly LimitState[];
  readonly disk?: DiskState;
  readonly engine?: EngineCondition;
  readonly loop?: LoopState;
}

export interface ServerState {
  readonly version: string;
  readonly phase: Phase;
  /** Why it is not ready for connections, for people; absent if it is ready. */
  readonly notReady?: string;
  readonly address?: string;
  readonly port?: number;
  /** FILE-DIR. */
  readonly dir?: string;
  /** When it began to listen, in ISO 8601. */
  readonly since?: string;
}

export type Phase = 'starting' | 'listening' | 'draining' | 'stopped';

export interface Totals {
  readonly opened: number;
  readonly received: number;
  readonly failed: number;
  readonly refused: number;
  /** Bytes received, those of failed transfers included. */
  readonly bytes: number;
  readonly failedBy: Readonly<Record<string, number>>;
  readonly refusedBy: Readonly<Record<string, number>>;
}

export interface TransferState {
  readonly connection: number;
  readonly peer: string;
  readonly client?: Identity;
  readonly file?: string;
  readonly bytes: number;
  /** Milliseconds since the connection was admitted. */
  readonly ms: number;
  /** Bytes per second between its last two reports; unknown before the first. */
  readonly rate?: number;
}

export interface ResultState {
  readonly connection: number;
  readonly peer: string;
  readonly client?: Identity;
  readonly file?: string;
  readonly bytes: number;
  readonly ms: number;
  /** ISO 8601. */
  readonly time: string;
  /** The code of the error. */
  readonly reason?: string;
  /** The description of the error for people. */
  readonly why?: string;
  /** Set if not even `ERROR` could be written. */
  readonly lost?: boolean;
}

export interface RefusalState {
  readonly reason: string;
  readonly why: string;
  readonly peer: string;
  /** ISO 8601. */
  readonly time: string;
}

/** A limit that is set, and how much of it is used if that is known. */
export interface LimitState {
  readonly name: string;
  readonly unit: Unit;
  readonly limit: number;
  readonly used?: number | undefined;
}

export type Unit = 'bytes' | 'bytes/s' | 'connections' | 'connections/min' | 'files' | 'ms';

/** The disk of FILE-DIR, in bytes. */
export interface DiskState {
  readonly free: number;
  readonly size: number;
  /** If less is free, a file is an error. */
  readonly minFree: number;
}

/** The engine behind the store. */
export interface EngineCondition {
  /** Why it does not do what it is asked for, for people; absent if it does. */
  readonly problem?: string;
  /** The files that wait on the local disk until they are objects. */
  readonly waiting: number;
}

/** Percentiles of the delay of the event loop over the last 10 s, in milliseconds. */
export interface LoopState {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}
