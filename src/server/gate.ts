import { asyncScheduler, type TimestampProvider } from 'rxjs';
import { filesWanted, type Lifetime } from './lifetime.js';

/** Why a connection is refused. */
export type Refusal =
  'COUNT' | 'DENIED' | 'MAX_CONNECTIONS' | 'MAX_PER_HOST' | 'UNKNOWN_PEER' | 'OPEN_FILES';

/** The limits of the number of connections. */
export interface ConnectionLimits {
  /**
   * Connections at once. The maximum, and the default, is half of the open-files limit, because each connection
   * may have a file open. A larger number is reduced to it, and the `reduced` event reports that. Descriptors
   * that the application opens later are not counted: while fewer than six are left, new connections are refused
   * (`OPEN_FILES`).
   */
  maxConnections?: number | undefined;
  /** Connections at once from one address. */
  maxPerHost?: number | undefined;
}

export interface GateOptions extends ConnectionLimits, Pick<Lifetime, 'count' | 'once'> {
  /** Whether an address may connect at all. */
  admits?: ((address: string) => boolean) | undefined;
  /** Milliseconds of any origin, but never a wall clock. */
  clock?: TimestampProvider;
}

/** Counts the connections that are admitted, and decides about the next one. */
export class Gate {
  private admitted = 0;
  private readonly perHost = new Map<string, number>();
  private readonly maxConnections: number;
  private readonly maxPerHost: number;
  private readonly admits: (address: string) => boolean;
  /** How many more files are wanted. */
  private wanted: number;
  private readonly clock: TimestampProvider;
  private emptyAt: number;

  constructor({
    maxConnections = Infinity,
    maxPerHost = Infinity,
    admits = () => true,
    clock = asyncScheduler,
    ...lifetime
  }: GateOptions) {
    this.maxConnections = maxConnections;
    this.maxPerHost = maxPerHost;
    this.admits = admits;
    this.wanted = filesWanted(lifetime);
    this.clock = clock;
    this.emptyAt = clock.now();
  }

  /** Milliseconds since the last admitted connection ended, or since the start; 0 while there is one. */
  get emptyMs(): number {
    return this.admitted === 0 ? this.clock.now() - this.emptyAt : 0;
  }

  /** Returns why this peer is refused now; `undefined` if it is admitted. */
  refusal(peer: string): Refusal | undefined {
    const host = hostOf(peer);
    if (!this.admits(host)) return 'DENIED';
    if (this.admitted >= this.wanted) return 'COUNT';
    if (this.admitted >= this.maxConnections) return 'MAX_CONNECTIONS';
    if (this.maxPerHost === Infinity) return undefined;
    if (host === UNKNOWN_HOST) return 'UNKNOWN_PEER';
    if ((this.perHost.get(host) ?? 0) >= this.maxPerHost) return 'MAX_PER_HOST';
    return undefined;
  }

  enter(peer: string): void {
    this.count(peer, 1);
  }

  leave(peer: string): void {
    this.count(peer, -1);
  }

  /** A file was saved. */
  saved(): void {
    this.wanted--;
  }

  private count(peer: string, change: 1 | -1): void {
    this.admitted += change;
    if (this.admitted === 0) this.emptyAt = this.clock.now();
    if (this.maxPerHost === Infinity) return;
    const host = hostOf(peer);
    const count = (this.perHost.get(host) ?? 0) + change;
    if (count === 0) this.perHost.delete(host);
    else this.perHost.set(host, count);
  }
}

/** The host of a peer that had disconnected before the server read its address. */
const UNKNOWN_HOST = 'unknown';

/** The address of `192.0.2.1:5000` or `[2001:db8::1]:5000`. */
const hostOf = (peer: string): string =>
  peer.slice(0, peer.lastIndexOf(':')).replace(/^\[|\]$/g, '');
