import { defer, identity, type Observable, switchMap, takeWhile, tap } from 'rxjs';
import type { Uplink } from '../node/uplink.js';
import type { OpenFile } from '../node/openFile.js';
import { deliver, type DeliverOptions } from './deliver.js';
import type { ClientFact } from './events.js';
import { isTransient } from './isTransient.js';
import { type RetryOptions, retryWithBackOff } from './retryWithBackOff.js';

export interface UploadOptions extends DeliverOptions {
  /** The file, open while subscribed. */
  file$: Observable<OpenFile>;
  /** The connection, closed when unsubscribed. */
  uplink$: Observable<Uplink>;
  /** How often to try again; only for regular files, because no other can be read again from its start. */
  retry?: RetryOptions | undefined;
}

/** Opens the file, then connects and delivers, and releases both after the last event (C1). */
export function upload({
  file$,
  uplink$,
  retry,
  ...options
}: UploadOptions): Observable<ClientFact> {
  return defer(() => {
    let isRegular = true;
    return file$.pipe(
      tap(({ size }) => {
        isRegular = size !== undefined;
      }),
      switchMap((file) => uplink$.pipe(switchMap((uplink) => deliver(file, uplink, options)))),
      takeWhile(({ type }) => type !== 'sent', true),
      retry ? retryWithBackOff((error) => isRegular && isTransient(error), retry) : identity,
    );
  });
}
