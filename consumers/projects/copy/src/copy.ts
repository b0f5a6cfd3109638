import { connect, openFile, writeTo } from 'rxdrop/node';
import { concat, ignoreElements, type Observable, switchMap } from 'rxjs';

/** Copies a file to whoever listens there, no faster than it is read, and waits for the last word. */
export const copy = (path: string, port: number): Observable<never> =>
  openFile(path).pipe(
    switchMap(({ blocks$ }) =>
      connect({ address: '127.0.0.1', port }).pipe(
        switchMap((uplink) => concat(blocks$.pipe(writeTo(uplink)), uplink.bytes$)),
      ),
    ),
    ignoreElements(),
  );
