import {
  catchError,
  defaultIfEmpty,
  EMPTY,
  map,
  merge,
  type Observable,
  of,
  take,
  throwIfEmpty,
  type TimestampProvider,
} from 'rxjs';
import { errorData } from '../errorData.js';
import { RxdropError, StoreError } from '../errors.js';
import type { Digest } from '../node/sha256.js';
import type { Unstamped } from '../stamp.js';
import type { Origin, Part, Whole } from '../store/store.js';
import type { Failed, Opened, Received, Refused, Transferring } from './events.js';

/** What the events of one connection are made of. */
export interface Transfer extends Origin {
  readonly part: Part;
  readonly clock: TimestampProvider;
  /** When the connection was admitted, by that clock. */
  readonly since: number;
}

type Fact<E> = Observable<Unstamped<E>>;

/** Who connected, with the number of its file if that is known by now. */
export const opened = (origin: Origin, part: Part): Fact<Opened> =>
  fileByNow(part).pipe(map((file) => ({ type: 'opened', ...ofConnection(origin), ...file })));

export const progressed = (transfer: Transfer): Fact<Transferring> =>
  fileByNow(transfer.part).pipe(
    map((file) => ({ type: 'progress', ...ofConnection(transfer), ...file, ...extent(transfer) })),
  );

export const refused = (
  origin: Origin,
  reason: Refused['reason'],
  error?: unknown,
): Unstamped<Refused> => ({
  type: 'refused',
  ...ofConnection(origin),
  reason,
  ...(error !== undefined && { error: errorData(error) }),
});

/** A connection that was admitted and has no part, because something threw before it had one. */
export const failedToBegin = (origin: Origin, error: unknown): Unstamped<Failed> => ({
  type: 'failed',
  ...ofConnection(origin),
  bytes: 0,
  ms: 0,
  ...reasonOf(error),
});

/** Errors with a StoreError if the store gives no number. */
export const received = (transfer: Transfer, hash: Whole): Fact<Received> =>
  idOf(transfer.part).pipe(
    map((id) => ({
      type: 'received',
      ...ofConnection(transfer),
      ...fileOf(transfer.part, id),
      ...extent(transfer),
      ...hash,
    })),
  );

const idOf = ({ id, id$ }: Part): Observable<number> =>
  id === undefined
    ? id$.pipe(
        take(1),
        throwIfEmpty(() => new StoreError()),
        catchError((cause: unknown) => {
          throw ofStore(cause);
        }),
      )
    : of(id);

/** The line that confirms a file for certain: `OK <id> <bytes> <sha256>`. */
export const receiptOf = ({ id, bytes, sha256 }: Unstamped<Received>): string | undefined =>
  sha256 === undefined ? undefined : `OK ${id} ${bytes} ${sha256}\n`;

/**
 * As soon as the number is known, or the store has given none.
 *
 * @param lost why not even `ERROR` could be written
 */
export const failed = (transfer: Transfer, error: unknown, lost?: unknown): Fact<Failed> => {
  const file$ = transfer.part.id$.pipe(
    take(1),
    map((id): FileFacts => fileOf(transfer.part, id)),
    catchError(() => of(NO_FILE)),
    defaultIfEmpty(NO_FILE),
  );
  return file$.pipe(
    map((file) => ({
      type: 'failed',
      ...ofConnection(transfer),
      ...file,
      ...extent(transfer),
      ...reasonOf(error),
      ...(lost !== undefined && { fileError: errorData(lost) }),
    })),
  );
};

/** What a store throws is the store's error. */
export const ofStore = (cause: unknown): RxdropError =>
  cause instanceof RxdropError ? cause : new StoreError({ cause });

export const hashOf = (digest: Digest | undefined): Whole =>
  digest ? { sha256: digest.hex() } : NO_HASH;

const NO_HASH: Whole = {};

export const extent = ({ part, clock, since }: Transfer) => ({
  bytes: part.size,
  ms: clock.now() - since,
});

type FileFacts = Partial<Pick<Received, 'id' | 'file'>>;

const NO_FILE: FileFacts = {};

const fileOf = (part: Part, id: number) => ({ id, file: part.fileName(id) });

/** The number and the name of the file, if they are known at once. */
const fileByNow = (part: Part): Observable<FileFacts> =>
  part.id === undefined
    ? merge(
        part.id$.pipe(
          map((id): FileFacts => fileOf(part, id)),
          catchError(() => EMPTY),
        ),
        of(NO_FILE),
      ).pipe(take(1))
    : of(fileOf(part, part.id));

const ofConnection = ({ connection, peer, client }: Origin) =>
  client === undefined ? { connection, peer } : { connection, peer, client };

const reasonOf = (error: unknown) => {
  const data = errorData(error);
  return { reason: data.code, error: data };
};
