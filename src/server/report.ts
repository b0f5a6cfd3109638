import {
  catchError,
  defaultIfEmpty,
  EMPTY,
  map,
  merge,
  type Observable,
  of,
  switchMap,
  take,
  throwIfEmpty,
  type TimestampProvider,
} from 'rxjs';
import { asStoreError } from '../asStoreError.js';
import { elapsed } from '../elapsed.js';
import { errorData } from '../errorData.js';
import { StoreError } from '../errors.js';
import type { Digest } from '../node/sha256.js';
import type { Unstamped } from '../stamp.js';
import type { Origin, Part, Whole } from '../store/store.js';
import type { Failed, FileFacts, Opened, Received, Refused, Transferring } from './events.js';

/** The number and the name of a file. */
export type NamedFile = Pick<Part, 'id' | 'id$' | 'fileName'>;

/** The facts of a transfer, from which its events are made. */
export interface Transfer extends Origin {
  readonly part: NamedFile & Pick<Part, 'size'>;
  readonly clock: TimestampProvider;
  /** The time on that clock at which the connection was admitted. */
  readonly since: number;
}

type Fact<E> = Observable<Unstamped<E>>;

/** Includes the number of the file only if it is already known. */
export const reportOpened = (origin: Origin, file: NamedFile): Fact<Opened> =>
  file.id === undefined
    ? fileIfKnown(file).pipe(map((facts) => opened(origin, facts)))
    : of(opened(origin, fileFacts(file, file.id)));

const opened = (origin: Origin, file: FileFacts): Unstamped<Opened> => ({
  type: 'opened',
  ...connectionFacts(origin),
  ...file,
});

export const reportProgress = (transfer: Transfer): Fact<Transferring> =>
  fileIfKnown(transfer.part).pipe(
    map((file) => ({
      type: 'progress',
      ...connectionFacts(transfer),
      ...file,
      ...extent(transfer),
    })),
  );

export const reportRefused = (
  origin: Origin,
  reason: Refused['reason'],
  error?: unknown,
): Unstamped<Refused> => ({
  type: 'refused',
  ...connectionFacts(origin),
  reason,
  ...(error !== undefined && { error: errorData(error) }),
});

/** Reports an admitted connection that has no part, because its beginning threw. */
export const reportNotBegun = (origin: Origin, error: unknown): Unstamped<Failed> => ({
  type: 'failed',
  ...connectionFacts(origin),
  bytes: 0,
  ms: 0,
  ...reasonOf(error),
});

export const reportReceived = (
  transfer: Transfer,
  id: number,
  hash: Whole,
): Unstamped<Received> => ({
  type: 'received',
  ...connectionFacts(transfer),
  ...fileFacts(transfer.part, id),
  ...extent(transfer),
  ...hash,
});

/** Continues with the number once it is known. Errors with a StoreError if the store emits none. */
export const onceNumbered = <R>(
  part: NamedFile,
  next: (id: number) => Observable<R>,
): Observable<R> => (part.id === undefined ? idOf(part).pipe(switchMap(next)) : next(part.id));

const idOf = ({ id$ }: NamedFile): Observable<number> =>
  id$.pipe(
    take(1),
    throwIfEmpty(() => new StoreError()),
    catchError((cause: unknown) => {
      throw asStoreError(cause);
    }),
  );

/** The line that confirms a file: `OK <id> <bytes> <sha256>`. */
export const receiptOf = ({ id, bytes, sha256 }: Unstamped<Received>): string | undefined =>
  sha256 === undefined ? undefined : `OK ${id} ${bytes} ${sha256}\n`;

/**
 * Emits as soon as the number is known, or the store has none.
 *
 * @param lost why not even `ERROR` could be written
 */
export const reportFailed = (transfer: Transfer, error: unknown, lost?: unknown): Fact<Failed> => {
  const { part } = transfer;
  const failed = (file: FileFacts): Unstamped<Failed> => ({
    type: 'failed',
    ...connectionFacts(transfer),
    ...file,
    ...extent(transfer),
    ...reasonOf(error),
    ...(lost !== undefined && { fileError: errorData(lost) }),
  });
  return part.id === undefined
    ? part.id$.pipe(
        take(1),
        map((id) => factsIfNamed(part, id)),
        catchError(() => of(NO_FILE)),
        defaultIfEmpty(NO_FILE),
        map(failed),
      )
    : of(failed(factsIfNamed(part, part.id)));
};

export const hashOf = (digest: Digest | undefined): Whole =>
  digest ? { sha256: digest.hex() } : NO_HASH;

const NO_HASH: Whole = {};

export const extent = ({ part, clock, since }: Transfer) => ({
  bytes: part.size,
  ms: elapsed(clock, since),
});

const NO_FILE: FileFacts = {};

const fileFacts = (file: NamedFile, id: number) => ({ id, file: file.fileName(id) });

const factsIfNamed = (file: NamedFile, id: number): FileFacts => {
  try {
    return fileFacts(file, id);
  } catch {
    return NO_FILE;
  }
};

/** The number and the name of the file, if they are known at once. */
const fileIfKnown = (file: NamedFile): Observable<FileFacts> =>
  file.id === undefined
    ? merge(
        file.id$.pipe(
          map((id): FileFacts => fileFacts(file, id)),
          catchError(() => EMPTY),
        ),
        of(NO_FILE),
      ).pipe(take(1))
    : of(fileFacts(file, file.id));

const connectionFacts = ({ connection, peer, client }: Origin) =>
  client === undefined ? { connection, peer } : { connection, peer, client };

const reasonOf = (error: unknown) => {
  const data = errorData(error);
  return { reason: data.code, error: data };
};
