import {
  catchError,
  defaultIfEmpty,
  EMPTY,
  map,
  type Observable,
  of,
  take,
  throwIfEmpty,
  type TimestampProvider,
} from 'rxjs';
import { RxdropError, StoreError } from '../errors.js';
import type { Digest } from '../node/sha256.js';
import type { Part } from '../store/store.js';
import type { Failed, Opened, Received, Refused, Unmarked } from './events.js';

/** What the events of one connection are made of. */
export interface Transfer {
  readonly peer: string;
  readonly part: Part;
  readonly clock: TimestampProvider;
  /** When the connection came, by that clock. */
  readonly since: number;
}

/** Silent if the store gives no number: the transfer then fails, and reports that. */
export const opened = (peer: string, part: Part): Observable<Opened> =>
  part.id$.pipe(
    take(1),
    map((id): Opened => ({ type: 'opened', id, peer })),
    catchError(() => EMPTY),
  );

export const refused = (peer: string, reason: Refused['reason'], error?: unknown): Refused => ({
  type: 'refused',
  peer,
  reason,
  ...(error !== undefined && { error }),
});

/** A connection that was let in and has no part, because something threw before it had one. */
export const failedToBegin = (peer: string, error: unknown): Failed => ({
  type: 'failed',
  peer,
  bytes: 0,
  ms: 0,
  ...reasonOf(error),
});

/** Errors with a StoreError if the store gives no number. */
export const received = (transfer: Transfer, hash: Hash): Observable<Received> =>
  transfer.part.id$.pipe(
    take(1),
    throwIfEmpty(() => new StoreError()),
    catchError((cause: unknown) => {
      throw ofStore(cause);
    }),
    map((id): Received => {
      const { peer } = transfer;
      return { type: 'received', id, peer, ...extent(transfer), ...hash };
    }),
  );

/** The line that confirms a file for certain: `OK <id> <bytes> <sha256>`. */
export const receipt = ({ id, bytes, sha256 }: Received): string | undefined =>
  sha256 === undefined ? undefined : `OK ${id} ${bytes} ${sha256}\n`;

export const failed = (transfer: Transfer, error: unknown): Observable<Failed> =>
  numbered(transfer).pipe(
    map((facts): Failed => ({ type: 'failed', ...facts, ...extent(transfer), ...reasonOf(error) })),
  );

export const unmarked = (transfer: Transfer, error: unknown): Observable<Unmarked> =>
  numbered(transfer).pipe(map((facts): Unmarked => ({ type: 'unmarked', ...facts, error })));

/** Whose transfer it is, as soon as its number is known; without one if the store gives none. */
const numbered = ({ part, peer }: Transfer): Observable<{ id?: number; peer: string }> =>
  part.id$.pipe(
    take(1),
    map((id) => ({ id, peer })),
    catchError(() => of({ peer })),
    defaultIfEmpty({ peer }),
  );

/** What a store throws is the store's error. */
export const ofStore = (cause: unknown): RxdropError =>
  cause instanceof RxdropError ? cause : new StoreError({ cause });

const reasonOf = (error: unknown) => ({
  reason: error instanceof RxdropError ? error.code : 'INTERNAL',
  error,
});

/** The hash of a file that has come whole, if its sender gets a receipt. */
export type Hash = Pick<Received, 'sha256'>;

export const hashOf = (digest: Digest | undefined): Hash =>
  digest ? { sha256: digest.hex() } : {};

export const extent = ({ part, clock, since }: Transfer) => ({
  bytes: part.size,
  ms: clock.now() - since,
});
