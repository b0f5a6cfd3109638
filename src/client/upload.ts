import { type Observable, switchMap, takeWhile } from 'rxjs';
import type { Uplink } from '../node/uplink.js';
import type { OpenFile } from '../node/openFile.js';
import { deliver, type DeliverOptions } from './deliver.js';
import type { ClientFact } from './events.js';

export interface UploadOptions extends DeliverOptions {
  /** The file, open while subscribed. */
  file$: Observable<OpenFile>;
  /** The connection, closed when unsubscribed. */
  uplink$: Observable<Uplink>;
}

/** Opens the file, then connects and delivers, and releases both after the last event (C1). */
export function upload({ file$, uplink$, ...options }: UploadOptions): Observable<ClientFact> {
  return file$.pipe(
    switchMap((file) => uplink$.pipe(switchMap((uplink) => deliver(file, uplink, options)))),
    takeWhile(({ type }) => type !== 'sent', true),
  );
}
