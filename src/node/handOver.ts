import type { AddressInfo } from 'node:net';
import { Observable } from 'rxjs';
import { ListenError } from '../errors.js';
import { endpoint } from '../peer.js';
import { peerOf, type RawHandle, resetHandle, takeHandles } from './handle.js';
import { type ListenOptions, listenWith } from './listen.js';

/**
 * A connection that another process reads. Both processes have a copy of its socket, and the last one to close it
 * decides what the peer sees: a FIN is sent at once, an RST only when no copy is left open.
 */
export class HandedOver {
  private closed = false;

  constructor(
    readonly handle: RawHandle,
    readonly peer: string,
  ) {}

  /** Closes our copy: the other process has ended the connection, or will. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.handle.close();
  }

  /** Closes our copy; if the other process has closed its own without our FIN, the peer gets an RST. */
  abort(): void {
    if (this.closed) return;
    this.closed = true;
    resetHandle(this.handle);
  }
}

/** Listens for connections that other processes read. */
export const listenToHandOver = (
  options: Pick<ListenOptions, 'port' | 'host'>,
): Observable<{ readonly address: AddressInfo; readonly connections$: Observable<HandedOver> }> =>
  listenWith(
    options,
    (server, close) =>
      new Observable((subscriber) => {
        const taken = takeHandles(server, (handle) => {
          const { address, port } = peerOf(handle);
          subscriber.next(new HandedOver(handle, endpoint(address, port)));
        });
        if (!taken) {
          const cause = new Error('this version of Node cannot hand connections over');
          subscriber.error(new ListenError(options.port, { cause }));
        }
        return close;
      }),
  );
