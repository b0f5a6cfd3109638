import { EMPTY, type Observable, of } from 'rxjs';
import type { Origin } from '../store/store.js';
import type { Refused, ServerFact } from './events.js';
import type { Guest } from './receive.js';
import { reportNotBegun, reportRefused } from './report.js';

/** A connection that was accepted, with its serial. */
export interface Newcomer<S extends Guest> {
  readonly sender: S;
  readonly connection: number;
}

/** What becomes of a newcomer. */
export interface Arrival {
  /** Emits the `opened` event, or why the connection is refused or has failed. */
  readonly firstEvent$: Observable<ServerFact>;
  readonly transfer$: Observable<ServerFact>;
}

export function refuse(
  newcomer: Newcomer<Guest>,
  reason: Refused['reason'],
  error?: unknown,
): Arrival {
  newcomer.sender.abort();
  return reportOnly(reportRefused(originOf(newcomer), reason, error));
}

/** Ends a connection that has no part. */
export function failToBegin(newcomer: Newcomer<Guest>, error: unknown): Arrival {
  newcomer.sender.abort();
  return reportOnly(reportNotBegun(originOf(newcomer), error));
}

/** Whatever throws fails this connection alone. */
export function orFail(
  newcomer: Newcomer<Guest>,
  admit: () => Observable<Arrival>,
): Observable<Arrival> {
  try {
    return admit();
  } catch (error) {
    return of(failToBegin(newcomer, error));
  }
}

export const originOf = ({ sender: { peer, client }, connection }: Newcomer<Guest>): Origin => ({
  connection,
  peer,
  client,
});

const reportOnly = (event: ServerFact): Arrival => ({ firstEvent$: of(event), transfer$: EMPTY });
