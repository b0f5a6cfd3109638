import {
  asyncScheduler,
  catchError,
  defer,
  EMPTY,
  finalize,
  identity,
  ignoreElements,
  NEVER,
  type Observable,
  of,
  takeUntil,
  tap,
  type TimestampProvider,
} from 'rxjs';
import { asStoreError } from '../asStoreError.js';
import { IdleTimeoutError } from '../errors.js';
import type { Connection } from '../node/connection.js';
import type { Digest } from '../node/sha256.js';
import { andThen } from '../operators/andThen.js';
import { tapThen } from '../operators/tapThen.js';
import { heldWhile, idleTimeout, type IdleTimeoutOptions } from '../operators/index.js';
import type { Part, Whole } from '../store/store.js';
import type { ServerFact } from './events.js';
import { IDLE_TIMEOUT_MS, type Limits, withinLimits } from './limits.js';
import { enterIn, type ReportedBytes } from './progress.js';
import {
  hashOf,
  onceNumbered,
  receiptOf,
  reportFailed,
  reportReceived,
  type Transfer,
} from './report.js';

/** The members of a connection that the server uses. */
export type Sender = Guest & Pick<Connection, 'bytes$' | 'end'>;

/** The members of a connection that admission uses. */
export type Guest = Pick<Connection, 'peer' | 'client' | 'abort'>;

export interface ReceiveOptions extends Limits, IdleTimeoutOptions {
  /** Computes the hash of each file, for its event and its receipt. */
  digest?: (() => Digest) | undefined;
  /** Sends each sender a receipt before our FIN; needs `digest`. */
  receipt?: boolean | undefined;
  /** The transfer is entered here until it ends (`withProgress`). */
  reportedBytes?: ReportedBytes | undefined;
  /** Errors when transfers in flight have to end. */
  abort$?: Observable<never>;
  /** Measures the milliseconds of the events. */
  clock?: TimestampProvider;
}

/**
 * Receives one connection: its bytes go into its part, which becomes the file or `ERROR`.
 *
 * A FIN means "saved": it is sent after the part is committed. After any error, and if it is unsubscribed, the
 * connection ends with an RST and the part becomes `ERROR` (S7, S10).
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
  const { digest: newDigest, reportedBytes, abort$ = NEVER, clock = asyncScheduler } = options;
  const abort = () => {
    sender.abort();
  };
  const { peer, client } = sender;
  const transfer: Transfer = { connection, peer, client, part, clock, since: clock.now() };

  const saved$ = defer(() => {
    const digest = newDigest?.();
    const upload$ = sender.bytes$.pipe(
      idleTimeout(options.idleTimeout ?? IDLE_TIMEOUT_MS, options),
      options.onIdle === 'keep' ? catchError(endIfIdle) : identity,
      heldWhile(part.full$),
      withinLimits(options, part.full$),
      digest ? tap(digest.update) : identity,
      part.id === undefined ? takeUntil(errorOfNumber(part)) : identity,
      takeUntil(abort$),
    );
    const commit = () => {
      const hash = hashOf(digest);
      return part.commit(hash).pipe(andThen(() => confirm(sender, transfer, hash, options)));
    };
    return upload$.pipe(tapThen((chunk) => part.write(chunk), commit));
  });
  return saved$.pipe(
    enterIn(reportedBytes, transfer),
    catchError((error: unknown) => {
      // The peer gets its RST before the number is known, which may be late.
      const report = (lost?: unknown) => {
        abort();
        return reportFailed(transfer, error, lost);
      };
      return defer(() => part.fail()).pipe(andThen(report, report));
    }),
    finalize(() => {
      abort();
      release(part);
    }),
  );
}

/**
 * Confirms a committed file. The number is awaited before our FIN, because it can still fail. Our FIN may fail:
 * the file is saved all the same. It is sent before the event, because a subscriber may exit at the event.
 */
const confirm = (
  sender: Sender,
  transfer: Transfer,
  hash: Whole,
  { receipt }: ReceiveOptions,
): Observable<ServerFact> =>
  onceNumbered(transfer.part, (id) => {
    const report = () => of(reportReceived(transfer, id, hash));
    const text = receipt ? receiptOf(reportReceived(transfer, id, hash)) : undefined;
    return defer(() => sender.end(text)).pipe(andThen(report, report));
  });

/** Releases a part whose transfer is reported elsewhere. An error is ignored: it must not end the server. */
export const release = (part: Part): void => {
  try {
    part.release();
  } catch {
    // The part has no more to lose.
  }
};

/** Errors if the number errors, because the bytes could not be saved then. */
const errorOfNumber = ({ id$ }: Part): Observable<never> =>
  id$.pipe(
    ignoreElements(),
    catchError((cause: unknown) => {
      throw asStoreError(cause);
    }),
  );

/** Completes at an idle timeout. */
const endIfIdle = (error: unknown): Observable<never> => {
  if (error instanceof IdleTimeoutError) return EMPTY;
  throw error;
};
