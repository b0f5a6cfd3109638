import {
  asyncScheduler,
  catchError,
  concat,
  defer,
  EMPTY,
  endWith,
  finalize,
  identity,
  ignoreElements,
  NEVER,
  type Observable,
  of,
  reduce,
  switchMap,
  takeUntil,
  tap,
  type TimestampProvider,
} from 'rxjs';
import { IdleTimeoutError } from '../errors.js';
import type { Connection } from '../node/connection.js';
import type { Digest } from '../node/sha256.js';
import { heldWhile, idleTimeout, type IdleTimeoutOptions } from '../operators/index.js';
import type { Part, Whole } from '../store/store.js';
import type { ServerFact } from './events.js';
import { IDLE_TIMEOUT_MS, type Limits, withinLimits } from './limits.js';
import { withProgress } from './progress.js';
import { extent, failed, hashOf, ofStore, receiptOf, received, type Transfer } from './report.js';

/** What the server needs of a connection. */
export type Sender = Pick<Connection, 'peer' | 'client' | 'bytes$' | 'end' | 'abort'>;

export interface ReceiveOptions extends Limits, IdleTimeoutOptions {
  /** Makes the hash of each file, which its event and its receipt report. */
  digest?: (() => Digest) | undefined;
  /** Sends each sender a receipt before our FIN, which needs a `digest`. */
  receipt?: boolean | undefined;
  /** Milliseconds between two `progress` events of a transfer; none without it. */
  progress?: number | undefined;
  /** Errors when transfers in flight have to end. */
  abort$?: Observable<never>;
  /** What tells the milliseconds of the events. */
  clock?: TimestampProvider;
}

/**
 * One connection of the server: its bytes go into its part, which becomes the file, or `ERROR`.
 *
 * FIN means saved: it is sent once the part is committed. Whatever else ends this, unsubscription too,
 * ends the connection with an RST and the part with `ERROR` (S7, S10).
 *
 *     bytes$   --a--b--|           --a--b--#
 *     part       a  b  commit        a  b  fail
 *     events   --------(r|)        --------(f|)
 *     peer             FIN                 RST
 */
export function receive(
  sender: Sender,
  part: Part,
  options: ReceiveOptions = {},
  connection = 1,
): Observable<ServerFact> {
  const { digest: newDigest, progress, abort$ = NEVER, clock = asyncScheduler } = options;
  return defer(() => {
    const abort = () => {
      sender.abort();
    };
    const { peer, client } = sender;
    const transfer: Transfer = { connection, peer, client, part, clock, since: clock.now() };

    const saved$ = defer(() => {
      const digest = newDigest?.();
      const upload$ = sender.bytes$.pipe(
        idleTimeout(options.idleTimeout ?? IDLE_TIMEOUT_MS, options),
        options.onIdle === 'keep' ? catchError(endOfIdle) : identity,
        heldWhile(part.full$),
        withinLimits(options, part.full$),
        digest ? tap(digest.update) : identity,
        part.id === undefined ? takeUntil(numberless(part)) : identity,
        takeUntil(abort$),
      );
      return upload$.pipe(
        reduce((file, chunk) => file.write(chunk), part),
        switchMap((file) => {
          const hash = hashOf(digest);
          return concat(file.commit(hash), confirmed(sender, transfer, hash, options));
        }),
      );
    });
    return saved$.pipe(
      progress === undefined ? identity : withProgress(transfer, progress, options.scheduler),
      catchError((error: unknown) =>
        discard(part).pipe(
          // The peer does not wait for a number that may never come.
          tap(abort),
          switchMap((lost) => failed(transfer, error, lost)),
        ),
      ),
      finalize(() => {
        abort();
        release(part);
      }),
    );
  });
}

/**
 * Confirms a file that is committed. All that can still fail does so before our FIN: the number is known
 * by then. The file is saved whatever becomes of our FIN, which goes out before the event,
 * because whoever hears of the file may leave.
 */
const confirmed = (
  sender: Sender,
  transfer: Transfer,
  hash: Whole,
  { receipt }: ReceiveOptions,
): Observable<ServerFact> =>
  received(transfer, hash).pipe(
    switchMap((event) =>
      concat(
        defer(() => sender.end(receipt ? receiptOf(event) : undefined)).pipe(
          catchError(() => EMPTY),
        ),
        defer(() => of({ ...event, ...extent(transfer) })),
      ),
    ),
  );

/** Turns the part into `ERROR`, and emits why that failed, if it did. */
const discard = (part: Part): Observable<unknown> =>
  defer(() => part.fail()).pipe(
    endWith(undefined),
    catchError((lost: unknown) => of(lost)),
  );

/** A part that throws here has no more to lose, and must not end the server. */
const release = (part: Part): void => {
  try {
    part.release();
  } catch {
    // Its transfer has been reported by now.
  }
};

/** Errors if the store gives no number: nothing that comes could be kept. */
const numberless = ({ id$ }: Part): Observable<never> =>
  id$.pipe(
    ignoreElements(),
    catchError((cause: unknown) => {
      throw ofStore(cause);
    }),
  );

/** Takes silence for the end. */
const endOfIdle = (error: unknown): Observable<never> => {
  if (error instanceof IdleTimeoutError) return EMPTY;
  throw error;
};
