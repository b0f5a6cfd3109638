import {
  asyncScheduler,
  concat,
  defer,
  distinctUntilChanged,
  endWith,
  ignoreElements,
  map,
  merge,
  type Observable,
  of,
  take,
  tap,
  throwError,
  type TimestampProvider,
} from 'rxjs';
import { elapsed } from '../elapsed.js';
import { ClosedEarlyError, StalledError, UnconfirmedError } from '../errors.js';
import type { Uplink } from '../node/uplink.js';
import type { OpenFile } from '../node/openFile.js';
import type { Digest } from '../node/sha256.js';
import { type ByteBudget, UNLIMITED } from '../operators/byteBudget.js';
import { whileWatching } from '../operators/whileWatching.js';
import { heldWhile, throttleBytes } from '../operators/index.js';
import type { ClientFact } from './events.js';
import { expectReceipt } from './receipt.js';
import { watch } from './watch.js';

export interface DeliverOptions {
  /** Milliseconds without progress while bytes are unsent or unacknowledged (C4). */
  timeout?: number | undefined;
  /** Milliseconds without progress while the server's FIN is awaited (C5). */
  confirmTimeout?: number | undefined;
  /** Whether to wait for the server's FIN. */
  confirm?: boolean | undefined;
  /** The bytes per second that it may send, alone or together with others. Waiting for it is never a stall (C4). */
  budget?: ByteBudget | undefined;
  /** Makes the hash to check the server's receipt by, if one is demanded. */
  digest?: (() => Digest) | undefined;
  /** The clock of the events and of the time without progress, in milliseconds; monotonic. */
  clock?: TimestampProvider;
}

/**
 * One file of the client: its blocks go into the uplink, our FIN follows them, and the server's FIN confirms.
 *
 *     blocks$    a-b-c|
 *     full$      f--t------f         c is read once b has drained
 *     uplink     a-b-------c FIN
 *     answer     -----------------|
 *     events     ----p---p---p----(s|)
 *
 * The invariant of the client: no `sent` is confirmed unless the server's FIN came after our own FIN, which came after
 * the last byte. A FIN that comes during the first of the two steps is an error, so only the second accepts one.
 * (`connectTo` refuses a connection to itself, and a receipt proves that the bytes are the same.)
 *
 * @throws ReadError, ResetError, ClosedEarlyError, StalledError, UnconfirmedError, ReceiptError
 */
export function deliver(
  file: OpenFile,
  uplink: Uplink,
  {
    timeout = 10_000,
    confirmTimeout = timeout,
    confirm = true,
    budget = UNLIMITED,
    digest,
    clock = asyncScheduler,
  }: DeliverOptions = {},
): Observable<ClientFact> {
  return defer(() => {
    const startedAt = clock.now();
    const receipt = digest && expectReceipt(digest());
    const answer$ = uplink.bytes$.pipe(
      tap((chunk) => receipt?.addAnswer(chunk)),
      ignoreElements(),
    );
    const blocks$ = file.blocks$.pipe(
      throttleBytes(budget),
      tap((block) => receipt?.addSent(block)),
    );
    const stalled$ = watch(uplink, {
      due: timeout,
      createError: createStalledError,
      waiting: hasUnsent(uplink),
      clock,
    });
    const unconfirmed$ = watch(uplink, {
      due: confirmTimeout,
      createError: createUnconfirmedError,
      clock,
    });

    const sending$ = writeBlocks(blocks$, uplink).pipe(
      whileWatching(merge(confirm ? failEarly(answer$) : answer$, stalled$)),
    );
    const ending$ = confirm
      ? awaitConfirmation(uplink, answer$).pipe(whileWatching(unconfirmed$))
      : leave(uplink, answer$).pipe(whileWatching(stalled$));
    const sent$ = defer(() => {
      const proof = receipt?.check();
      const [bytes, ms] = [uplink.taken(), elapsed(clock, startedAt)];
      const sent = { type: 'sent', peer: uplink.peer, bytes, ms, confirmed: confirm } as const;
      return of<ClientFact>({ ...sent, ...proof });
    });

    return concat(
      of(connectedFact(uplink, file)),
      concat(sending$, ending$).pipe(
        distinctUntilChanged(),
        map((bytes): ClientFact => ({ type: 'progress', bytes })),
      ),
      sent$,
    );
  });
}

const connectedFact = ({ peer }: Uplink, { size }: OpenFile): ClientFact => ({
  type: 'connected',
  peer,
  ...(size !== undefined && { total: size }),
});

/** Writes block after block while the uplink takes them, and completes when our kernel has all of them. */
const writeBlocks = (blocks$: Observable<Uint8Array>, uplink: Uplink): Observable<unknown> =>
  concat(
    blocks$.pipe(
      heldWhile(uplink.full$),
      tap((block) => {
        uplink.write(block);
      }),
    ),
    uplink.flushed$,
  );

/** A FIN of the peer that precedes ours confirms nothing (C2). */
const failEarly = (answer$: Observable<never>): Observable<never> =>
  concat(
    answer$,
    throwError(() => new ClosedEarlyError()),
  );

/** Sends our FIN, and completes with the server's. */
const awaitConfirmation = (uplink: Uplink, answer$: Observable<never>): Observable<unknown> =>
  merge(uplink.end(), answer$);

/**
 * Sends our FIN, and stays until closing can no longer discard sent data. A peer that has ended sends nothing that
 * could cause that.
 */
const leave = (uplink: Uplink, answer$: Observable<never>): Observable<unknown> =>
  concat(
    uplink.end(),
    merge(uplink.leavable$.pipe(endWith(GONE)), answer$.pipe(endWith(GONE))).pipe(take(1)),
  );

const GONE = true;

/** Whether bytes are unsent or, as far as the system shows it, unacknowledged (C4). */
const hasUnsent =
  (uplink: Uplink) =>
  (unacknowledged = 0): boolean =>
    unacknowledged > 0 || uplink.pending() > 0;

const createStalledError = (due: number) => new StalledError(due);
const createUnconfirmedError = (due: number) => new UnconfirmedError(due);
