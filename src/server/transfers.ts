import { type Observable, scan, startWith } from 'rxjs';
import type { ServerEvent, Transferring } from './events.js';

/** The facts of a transfer in flight. */
export type InFlight = Omit<Transferring, 'type' | 'version'>;

/** The transfers in flight by the serial of their connection. */
export type Transfers = ReadonlyMap<number, InFlight>;

/**
 * The transfers in flight, emitted again after each event. `time` is the time of a transfer's latest event; its
 * `bytes` grow if `serve` has the option `progress`.
 *
 *     events$     o-p-r---
 *     transfers   a-b-c---     a: 0 bytes, b: more, c: no transfer
 */
export const transfers = (events$: Observable<ServerEvent>): Observable<Transfers> =>
  events$.pipe(scan(update, NONE), startWith(NONE));

const NONE: Transfers = new Map();

function update(before: Transfers, event: ServerEvent): Transfers {
  if (event.type === 'stopped') return NONE;
  if (event.type === 'opened' || event.type === 'progress') {
    const { type, version, ...facts } = event;
    const inFlight: InFlight = { bytes: 0, ms: 0, ...facts };
    return new Map([...before, [event.connection, inFlight]]);
  }
  if (event.type !== 'received' && event.type !== 'failed') return before;
  return new Map([...before].filter(([connection]) => connection !== event.connection));
}
