import { type Observable, scan, startWith } from 'rxjs';
import type { ServerEvent, Transferring } from './events.js';

/** What is known of a transfer that is in flight. */
export type InFlight = Omit<Transferring, 'type' | 'version'>;

/** The transfers that are in flight, by the serial of their connection. */
export type Transfers = ReadonlyMap<number, InFlight>;

/**
 * The live set of transfers, emitted anew with each event. `time` is that of the latest event of a transfer;
 * its `bytes` grow if `serve` was given `progress`.
 *
 *     events$     o-p-r---
 *     transfers   a-b-c---     a: 0 bytes, b: more, c: none in flight
 */
export const transfers = (events$: Observable<ServerEvent>): Observable<Transfers> =>
  events$.pipe(scan(changed, NONE), startWith(NONE));

const NONE: Transfers = new Map();

function changed(before: Transfers, event: ServerEvent): Transfers {
  if (event.type === 'stopped') return NONE;
  if (event.type === 'opened' || event.type === 'progress') {
    const { type, version, ...facts } = event;
    const inFlight: InFlight = { bytes: 0, ms: 0, ...facts };
    return new Map([...before, [event.connection, inFlight]]);
  }
  if (event.type !== 'received' && event.type !== 'failed') return before;
  return new Map([...before].filter(([connection]) => connection !== event.connection));
}
