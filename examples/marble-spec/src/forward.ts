import { type Connection, type Uplink } from 'rxdrop/node';
import { heldWhile, idleTimeout } from 'rxdrop/operators';
import { concat, defer, finalize, ignoreElements, type Observable, tap } from 'rxjs';

/**
 * Forwards what a connection brings, and confirms it once it has all been passed on.
 *
 *     bytes$   --a--b-----|
 *     uplink     a  b    FIN
 *     sees$    -----------F
 *
 * A sender that is silent for over ten seconds, or cut off, is none whose bytes are whole: both sides get an
 * RST then.
 *
 * @throws IdleTimeoutError, or what ends the connection or the uplink
 */
export const forward = (connection: Connection, uplink: Uplink): Observable<never> => {
  const bytes$ = connection.bytes$.pipe(
    idleTimeout(10_000),
    heldWhile(uplink.full$),
    tap((chunk) => {
      uplink.write(Buffer.from(chunk));
    }),
    ignoreElements(),
  );
  const ends$ = [() => uplink.end(), () => connection.end()].map((end) => defer(end));
  return concat(bytes$, ...ends$).pipe(
    finalize(() => {
      uplink.abort();
      connection.abort();
    }),
  );
};
