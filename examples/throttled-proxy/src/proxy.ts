import type { Socket } from 'node:net';
import { fromReadable, type Uplink, writeTo } from 'rxdrop/node';
import { type ByteBudget, throttleBytes } from 'rxdrop/operators';
import {
  catchError,
  concat,
  defer,
  finalize,
  merge,
  mergeMap,
  type MonoTypeOperatorFunction,
  type Observable,
  of,
  switchMap,
  take,
  tap,
} from 'rxjs';

/** What went through a connection, in bytes, once it is over. */
export interface Passed {
  readonly up: number;
  readonly down: number;
  /** Why it is over, unless both sides have ended it. */
  readonly error?: unknown;
}

export interface ProxyOptions {
  /** Connects to where it goes. */
  readonly connect$: Observable<Uplink>;
  /** What may flow, all connections and both ways together. */
  readonly budget: ByteBudget;
}

/**
 * Passes connections on, counts their bytes and throttles them.
 *
 * Either side is read no faster than the other one takes it and the budget allows; nothing piles up in
 * between. One that fails disturbs no other.
 */
export const proxy = (clients$: Observable<Socket>, options: ProxyOptions): Observable<Passed> =>
  clients$.pipe(mergeMap((client) => pass(client, options)));

const pass = (client: Socket, { connect$, budget }: ProxyOptions): Observable<Passed> =>
  defer(() => {
    let [up, down] = [0, 0];
    const upwards = counted((bytes) => (up += bytes));
    const downwards = counted((bytes) => (down += bytes));
    const throttled = throttleBytes<Uint8Array>(budget);

    const passed$ = connect$.pipe(
      switchMap((server) =>
        concat(
          merge(
            fromReadable(client).pipe(throttled, upwards, writeTo(server)),
            server.bytes$.pipe(throttled, downwards, writeTo(client)),
          ),
          defer(() => of({ up, down })),
        ),
      ),
      take(1),
    );
    return passed$.pipe(
      catchError((error: unknown) => of({ up, down, error })),
      finalize(() => {
        client.destroy();
      }),
    );
  });

const counted = (count: (bytes: number) => void): MonoTypeOperatorFunction<Uint8Array> =>
  tap(({ byteLength }) => {
    count(byteLength);
  });
