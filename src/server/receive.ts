import {
  asyncScheduler,
  catchError,
  concat,
  concatMap,
  defer,
  EMPTY,
  finalize,
  identity,
  map,
  mergeMap,
  NEVER,
  type Observable,
  of,
  reduce,
  takeUntil,
  type TimestampProvider,
} from 'rxjs';
import { IdleTimeoutError, RxdropError } from '../errors.js';
import type { Connection } from '../node/connection.js';
import { heldWhile, idleTimeout, type IdleTimeoutOptions, limitBytes } from '../operators/index.js';
import type { Part } from '../store/store.js';
import type { Failed, Opened, Received, ServerEvent, Unmarked } from './events.js';

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
    const since = clock.now();
    const facts = () => ({ bytes: part.size, ms: clock.now() - since });
    const report = <T extends object>(event: () => T) =>
      part.id$.pipe(map((id) => ({ id, peer: sender.peer, ...event() })));

    const upload$ = sender.bytes$.pipe(
      idleTimeout(idle, watch),
      onIdle === 'keep' ? catchError(endOfIdle) : identity,
      heldWhile(part.full$),
      limitBytes(maxSize),
      takeUntil(abort$),
    );
    const file$ = upload$.pipe(
      reduce((file, chunk) => file.write(chunk), part),
      mergeMap((file) => file.commit()),
    );
    const received$ = report((): Event<Received> => ({ type: 'received', ...facts() }));

    const discard = (error: unknown) =>
      concat(
        part
          .fail()
          .pipe(
            catchError((lost: unknown) =>
              report((): Event<Unmarked> => ({ type: 'unmarked', error: lost })),
            ),
          ),
        report((): Event<Failed> => ({
          type: 'failed',
          ...facts(),
          reason: reasonOf(error),
          error,
        })),
      );

    return concat(
      report((): Event<Opened> => ({ type: 'opened' })),
      concat(file$, received$).pipe(
        catchError(discard),
        concatMap((event) =>
          event.type === 'received' ? concat(of(event), ended(sender)) : of(event),
        ),
      ),
    ).pipe(
      finalize(() => {
        sender.abort();
        part.release();
      }),
    );
  });
}

type Event<T> = Omit<T, 'id' | 'peer'>;

/** Takes silence for the end. */
const endOfIdle = (error: unknown): Observable<never> => {
  if (error instanceof IdleTimeoutError) return EMPTY;
  throw error;
};

/** The file is saved whatever becomes of our FIN. */
const ended = (sender: Sender): Observable<never> => sender.end().pipe(catchError(() => EMPTY));

const reasonOf = (error: unknown): string =>
  error instanceof RxdropError ? error.code : 'INTERNAL';
