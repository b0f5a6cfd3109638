import { asyncScheduler, type TimestampProvider } from 'rxjs';
import { ArrivalRate } from './arrivalRate.js';

/** Why a connection is refused. */
export type Refusal =
  | 'DENIED'
  | 'MAX_CONNECTIONS'
  | 'MAX_PER_HOST'
  | 'MAX_RATE_PER_HOST'
  | 'UNKNOWN_PEER'
  | 'OPEN_FILES';

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
  /** Connections that are admitted from one address in any minute. */
  maxRatePerHost?: number | undefined;
}

export interface GateOptions extends ConnectionLimits {
  /** Whether an address may connect at all. */
  admits?: ((address: string) => boolean) | undefined;
  /** Whether an address is that of a proxy, whose connections begin with the address of their sender. */
  isProxy?: ((address: string) => boolean) | undefined;
  clock?: TimestampProvider;
}

/** Counts the connections that are admitted, and decides about the next one. */
export class Gate {
  private admitted = 0;
  private readonly perHost = new Map<string, number>();
  private readonly maxConnections: number;
  private readonly maxPerHost: number;
  private readonly rate: ArrivalRate | undefined;
  private readonly admits: (address: string) => boolean;
  private readonly proxies: ((address: string) => boolean) | undefined;

  constructor({
    maxConnections = Infinity,
    maxPerHost = Infinity,
    maxRatePerHost = Infinity,
    admits = () => true,
    isProxy,
    clock = asyncScheduler,
  }: GateOptions) {
    this.maxConnections = maxConnections;
    this.maxPerHost = maxPerHost;
    if (maxRatePerHost < Infinity) this.rate = new ArrivalRate(maxRatePerHost, clock);
    this.admits = admits;
    this.proxies = isProxy;
  }

  isProxy(peer: string): boolean {
    return this.proxies?.(hostOf(peer)) ?? false;
  }

  /**
   * Returns why this peer is refused now; `undefined` if it is admitted. Without a peer, the question is whether
   * there is a place for a sender whose address is not known yet.
   */
  refusal(peer?: string): Refusal | undefined {
    if (peer === undefined)
      return this.admitted >= this.maxConnections ? 'MAX_CONNECTIONS' : undefined;
    const host = hostOf(peer);
    if (!this.admits(host)) return 'DENIED';
    if (this.admitted >= this.maxConnections) return 'MAX_CONNECTIONS';
    if (this.maxPerHost === Infinity && !this.rate && !this.proxies) return undefined;
    if (host === UNKNOWN_HOST) return 'UNKNOWN_PEER';
    if ((this.perHost.get(host) ?? 0) >= this.maxPerHost) return 'MAX_PER_HOST';
    return this.rate?.isReached(host) ? 'MAX_RATE_PER_HOST' : undefined;
  }

  enter(peer?: string): void {
    this.count(peer, 1);
    if (peer !== undefined) this.rate?.count(hostOf(peer));
  }

  leave(peer?: string): void {
    this.count(peer, -1);
  }

  private count(peer: string | undefined, change: 1 | -1): void {
    this.admitted += change;
    if (peer === undefined || this.maxPerHost === Infinity) return;
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
