import type { Connection, Sink } from 'rxdrop/node';
import { heldWhile, splitLines } from 'rxdrop/operators';
import {
  catchError,
  concat,
  count,
  defer,
  finalize,
  map,
  mergeMap,
  type Observable,
  of,
  tap,
} from 'rxjs';

/** What is told of a sender at its end. */
export type Collected =
  | { readonly peer: string; readonly lines: number }
  | { readonly peer: string; readonly error: unknown };

/**
 * Writes the lines of all senders into one log, and tells of each sender at its end.
 *
 *     sender A  --ab-c-|
 *     sender B  ----d----|
 *     log         ab cd
 *     events    -------A-B
 *
 * While the log is full nobody is read: TCP holds the senders up, and nothing piles up here. One that
 * fails disturbs no other.
 */
export const collect = (connections$: Observable<Connection>, log: Sink): Observable<Collected> =>
  connections$.pipe(mergeMap((connection) => collectFrom(connection, log)));

const collectFrom = (connection: Connection, log: Sink): Observable<Collected> => {
  const { peer } = connection;
  const lines$ = connection.bytes$.pipe(
    // Above the lines: what has begun must not be forgotten while it is held.
    heldWhile(log.full$),
    splitLines({ limit: LONGEST_LINE }),
    tap((line) => {
      log.write(Buffer.from(`${line}\n`));
    }),
  );
  const ended$ = defer(() => connection.end());
  return concat(lines$, ended$).pipe(
    count(),
    map((lines) => ({ peer, lines })),
    catchError((error: unknown) => of({ peer, error })),
    finalize(() => {
      connection.abort();
    }),
  );
};

const LONGEST_LINE = 64 * 1024;
