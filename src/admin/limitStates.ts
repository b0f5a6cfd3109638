import { hostOf } from '../peer.js';
import type { Lifetime } from '../server/lifetime.js';
import { IDLE_TIMEOUT_MS, type Limits } from '../server/limits.js';
import type { ConnectionLimits } from '../server/gate.js';
import type { QuotaLimits } from '../store/directory/owner/quota.js';
import type { LimitState } from './state.js';
import type { Tally } from './tally.js';

/** The limits of a server, as options of `serve`. */
export interface ConfiguredLimits
  extends Limits, ConnectionLimits, QuotaLimits, Pick<Lifetime, 'count' | 'once'> {}

/**
 * Returns the limits that are set, by the names of their options, and how much of each is used, if that is known.
 *
 * @param now milliseconds, by the clock of the tally
 */
export function limitStates(
  tally: Tally,
  configured: ConfiguredLimits,
  now: number,
): readonly LimitState[] {
  const { maxConnections, maxPerHost, maxRatePerHost, maxSize, maxDuration } = configured;
  const { minRate, idleTimeout = IDLE_TIMEOUT_MS, maxTotal, maxFiles } = configured;
  const flights = [...tally.flights.values()];
  const limits: readonly (Omit<LimitState, 'limit'> & { limit: number | undefined })[] = [
    {
      ...{ name: 'max-connections', unit: 'connections', used: flights.length },
      limit: tally.reduced?.maxConnections ?? maxConnections,
    },
    {
      ...{ name: 'max-per-host', unit: 'connections', used: maxPerHostOf(flights) },
      limit: maxPerHost,
    },
    { name: 'max-rate-per-host', unit: 'connections/min', limit: maxRatePerHost },
    { name: 'max-total', unit: 'bytes', used: tally.used?.bytes, limit: maxTotal },
    { name: 'max-files', unit: 'files', used: tally.used?.files, limit: maxFiles },
    { name: 'max-size', unit: 'bytes', used: largest(flights, 'bytes'), limit: maxSize },
    {
      ...{ name: 'max-duration', unit: 'ms', limit: maxDuration },
      used: flights[0] ? now - flights[0].since : 0,
    },
    { name: 'min-rate', unit: 'bytes/s', limit: minRate },
    { name: 'idle-timeout', unit: 'ms', limit: idleTimeout },
  ];
  return limits.filter((one): one is LimitState => isSet(one.limit));
}

const isSet = (limit: number | undefined): boolean =>
  limit !== undefined && limit > 0 && limit < Infinity;

const largest = <K extends string>(ones: readonly Readonly<Record<K, number>>[], key: K): number =>
  ones.reduce((max, one) => Math.max(max, one[key]), 0);

function maxPerHostOf(flights: readonly { readonly peer: string }[]): number {
  const counts = new Map<string, number>();
  for (const { peer } of flights) {
    const host = hostOf(peer);
    counts.set(host, (counts.get(host) ?? 0) + 1);
  }
  return Math.max(0, ...counts.values());
}
