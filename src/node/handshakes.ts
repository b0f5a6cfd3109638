import type { Socket } from 'node:net';
import {
  catchError,
  defer,
  EMPTY,
  finalize,
  identity,
  map,
  mergeMap,
  type MonoTypeOperatorFunction,
  type Observable,
  type Observer,
  tap,
  throwError,
  timeout,
} from 'rxjs';
import { TlsError } from '../errors.js';
import { reset } from './connection.js';
import type { Incoming } from './incoming.js';

/** A connection that has come. */
export interface Accepted {
  readonly peer: string;
  readonly incoming: Incoming;
}

/** A connection that was ended with an RST before anybody had it. */
export interface Refusal {
  /** Its address and port, as those of a connection. */
  readonly peer: string;
  /** Why. */
  readonly error: unknown;
}

/**
 * Shakes hands with each connection on its own, and emits them as they are done. Who fails at that, or
 * takes longer than `due` milliseconds, is refused.
 *
 *     accepted    -1-2-3--------
 *     handshakes  ----2-1--------
 *     refused$    ----------3---
 */
export const handshakes =
  (
    securing: (incoming: Incoming) => Observable<Incoming>,
    due: number,
    refused$: Pick<Observer<Refusal>, 'next'>,
  ): MonoTypeOperatorFunction<Accepted> =>
  (accepted$) =>
    accepted$.pipe(
      mergeMap(({ peer, incoming }) =>
        securing(incoming).pipe(
          within(due),
          map((secured) => ({ peer, incoming: secured })),
          closingUnused(incoming.socket),
          catchError((error: unknown) => {
            refused$.next({ peer, error });
            return EMPTY;
          }),
        ),
      ),
    );

const within = (due: number): MonoTypeOperatorFunction<Incoming> =>
  due === Infinity
    ? identity
    : timeout({
        first: due,
        with: () =>
          throwError(() => new TlsError({ cause: new Error(`no handshake within ${due} ms`) })),
      });

const closingUnused =
  (socket: Socket): MonoTypeOperatorFunction<Accepted> =>
  (securing$) =>
    defer(() => {
      let used = false;
      return securing$.pipe(
        tap(() => {
          used = true;
        }),
        finalize(() => {
          if (!used) reset(socket);
        }),
      );
    });
