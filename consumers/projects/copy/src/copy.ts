import { connectTo, openFile, writeTo } from 'rxdrop/node';
import { merge, type Observable, switchMap } from 'rxjs';

/** Copies a file to whoever listens there, no faster than it is read, and brings what is answered. */
export const copy = (path: string, port: number): Observable<Uint8Array> =>
  openFile(path).pipe(
    switchMap(({ blocks$ }) =>
      connectTo({ address: '127.0.0.1', port }).pipe(
        switchMap((uplink) => merge(blocks$.pipe(writeTo(uplink)), uplink.bytes$)),
      ),
    ),
  );
