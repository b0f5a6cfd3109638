import {
  asyncScheduler,
  concat,
  defer,
  distinctUntilChanged,
  endWith,
  ignoreElements,
  map,
  merge,
  NEVER,
  type Observable,
  of,
  takeUntil,
  tap,
  throwError,
  type TimestampProvider,
} from 'rxjs';
import { ClosedEarlyError, StalledError, UnconfirmedError } from '../errors.js';
import type { Uplink } from '../node/connect.js';
import type { Digest } from '../node/sha256.js';
import type { OpenFile } from '../node/openFile.js';
import { heldWhile } from '../operators/index.js';
import type { ClientEvent } from './events.js';
import { expectReceipt } from './receipt.js';
import { watch } from './watch.js';

export interface DeliverOptions {
  /** Milliseconds without progress while there is something to send (C4). */
  timeout?: number | undefined;
  /** Milliseconds without progress while the server's FIN is awaited (C5). */
  confirmTimeout?: number | undefined;
  /** Whether to wait for the server's FIN. */
  confirm?: boolean | undefined;
  /** Makes the hash to check the server's receipt by, where one is demanded. */
  digest?: (() => Digest) | undefined;
  /** What tells the milliseconds of the events. */
  clock?: TimestampProvider;
}

/**
 * One file of the client: its blocks go into the uplink, our FIN behind them, and the server's confirms.
 *
 *     blocks$    a-b-c|
 *     full$      f--t------f         c is read once b has drained
 *     uplink     a-b-------c FIN
 *     answer     -----------------|
 *     events     ----p---p---p----(s|)
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
    digest: newDigest,
    clock = asyncScheduler,
  }: DeliverOptions = {},
): Observable<ClientEvent> {
  return defer(() => {
    const since = clock.now();
    const receipt = newDigest && expectReceipt(newDigest());

    const blocks$ = file.blocks$.pipe(
      heldWhile(uplink.full$),
      tap((block) => {
        receipt?.sent(block);
        uplink.write(block);
      }),
    );
    let ending = false;
    const sent$ = concat(
      blocks$,
      defer(() => {
        ending = true;
        return uplink.end();
      }),
    ).pipe(ignoreElements(), endWith(DONE));
    const answer$ = uplink.bytes$.pipe(
      tap((chunk) => receipt?.came(chunk)),
      ignoreElements(),
    );
    // TLS may bring the answer to our end before we hear that our end is on its way.
    const answersEnd = () => ending && uplink.pending() === 0;
    const early$ = confirm
      ? concat(
          answer$,
          defer(() => (answersEnd() ? NEVER : throwError(() => new ClosedEarlyError()))),
        )
      : answer$;

    const sending$ = watch(uplink, {
      due: timeout,
      accuse: (due) => new StalledError(due),
      waiting: () => uplink.pending() > 0,
    }).pipe(takeUntil(early$), takeUntil(sent$));

    const confirming$ = watch(uplink, {
      due: confirmTimeout,
      accuse: (due) => new UnconfirmedError(due),
    }).pipe(takeUntil(answer$.pipe(endWith(DONE))));

    const leaving$ = merge(
      watch(uplink, { due: confirmTimeout, accuse: (due) => new StalledError(due) }),
      answer$,
    ).pipe(takeUntil(uplink.leavable$.pipe(endWith(DONE))));

    return concat(
      of<ClientEvent>({ type: 'connected', peer: uplink.peer, total: file.size }),
      concat(sending$, confirm ? confirming$ : leaving$).pipe(
        distinctUntilChanged(),
        map((bytes): ClientEvent => ({ type: 'progress', bytes })),
      ),
      defer(() => {
        receipt?.check();
        return of<ClientEvent>({
          type: 'sent',
          peer: uplink.peer,
          bytes: uplink.taken(),
          ms: clock.now() - since,
          confirmed: confirm,
        });
      }),
    );
  });
}

const DONE = true;
