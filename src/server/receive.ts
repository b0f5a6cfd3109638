import {
  asyncScheduler,
  catchError,
  concat,
  defer,
  EMPTY,
  finalize,
  identity,
  merge,
  mergeMap,
  NEVER,
  type Observable,
  reduce,
  takeUntil,
  type TimestampProvider,
} from 'rxjs';
import { IdleTimeoutError } from '../errors.js';
import type { Connection } from '../node/connection.js';
import { heldWhile, idleTimeout, type IdleTimeoutOptions, limitBytes } from '../operators/index.js';
import type { Part } from '../store/store.js';
import type { ServerEvent } from './events.js';
import { reporter } from './reporter.js';

/** What the server needs of a connection. */
export type Sender = Pick<Connection, 'peer' | 'bytes$' | 'end' | 'abort'>;

export interface ReceiveOptions extends IdleTimeoutOptions {
  /** Milliseconds without data after which a sender is given up (S6). */
  idle?: number | undefined;
  /** What silence is: an error, or the end of a sender that never half-closes. */
  onIdle?: 'error' | 'keep' | undefined;
  /** The most bytes a file may have. */
  maxSize?: number | undefined;
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
 *     events   o-------(r|)        o-------(f|)
 *     peer             FIN                 RST
 */
export function receive(
  sender: Sender,
  part: Part,
  {
    idle = 10_000,
    onIdle = 'error',
    maxSize = Infinity,
    abort$ = NEVER,
    clock = asyncScheduler,
    ...watch
  }: ReceiveOptions = {},
): Observable<ServerEvent> {
  return defer(() => {
    const tell = reporter(sender.peer, part, clock);

    // The file is saved whatever becomes of our FIN.
    const fin$ = defer(() => sender.end()).pipe(catchError(() => EMPTY));

    const upload$ = sender.bytes$.pipe(
      idleTimeout(idle, watch),
      onIdle === 'keep' ? catchError(endOfIdle) : identity,
      heldWhile(part.full$),
      limitBytes(maxSize),
      takeUntil(abort$),
    );
    const save = (file: Part) => concat(file.commit(), tell.received(), fin$);
    const discard = (error: unknown) =>
      concat(part.fail().pipe(catchError(tell.unmarked)), tell.failed(error));

    return merge(
      tell.opened(),
      upload$.pipe(
        reduce((file, chunk) => file.write(chunk), part),
        mergeMap(save),
        catchError(discard),
      ),
    ).pipe(
      finalize(() => {
        sender.abort();
        part.release();
      }),
    );
  });
}

/** Takes silence for the end. */
const endOfIdle = (error: unknown): Observable<never> => {
  if (error instanceof IdleTimeoutError) return EMPTY;
  throw error;
};
