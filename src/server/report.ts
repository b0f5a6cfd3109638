import { map, type Observable, type TimestampProvider } from 'rxjs';
import { RxdropError } from '../errors.js';
import type { Part } from '../store/store.js';
import type { Digest } from '../node/sha256.js';
import type { Failed, Opened, Received, Refused, Unmarked } from './events.js';

/** What the events of one connection are made of. */
export interface Transfer {
  readonly peer: string;
  readonly part: Part;
  readonly clock: TimestampProvider;
  /** When the connection came, by that clock. */
  readonly since: number;
  /** The hash of its bytes so far, where receipts are given. */
  readonly digest: Digest | undefined;
}

export const opened = (peer: string, part: Part): Observable<Opened> =>
  part.id$.pipe(map((id) => ({ type: 'opened', id, peer })));

export const refused = (peer: string, reason: Refused['reason'], error?: unknown): Refused => ({
  type: 'refused',
  peer,
  reason,
  ...(error !== undefined && { error }),
});

/** The line that confirms a file for certain: `OK <id> <bytes> <sha256>`. */
export const receipt = ({ part, digest }: Transfer): Observable<string> =>
  part.id$.pipe(map((id) => `OK ${id} ${part.size} ${digest?.hex() ?? ''}\n`));

export const received = (transfer: Transfer): Observable<Received> =>
  report(transfer, () => ({ type: 'received', ...extent(transfer), ...hashOf(transfer) }));

export const failed = (transfer: Transfer, error: unknown): Observable<Failed> =>
  report(transfer, () => ({
    type: 'failed',
    ...extent(transfer),
    reason: error instanceof RxdropError ? error.code : 'INTERNAL',
    error,
  }));

export const unmarked = (transfer: Transfer, error: unknown): Observable<Unmarked> =>
  report(transfer, () => ({ type: 'unmarked', error }));

/** An event, as soon as the number is known. */
const report = <E>({ part, peer }: Transfer, event: () => Omit<E, 'id' | 'peer'>): Observable<E> =>
  part.id$.pipe(map((id) => ({ id, peer, ...event() }) as E));

/** The hash can be told once, when all bytes have come. */
const hashOf = ({ digest }: Transfer) => (digest ? { sha256: digest.hex() } : {});

const extent = ({ part, clock, since }: Transfer) => ({
  bytes: part.size,
  ms: clock.now() - since,
});
