import { createSocket, type RemoteInfo } from 'node:dgram';
import { Observable } from 'rxjs';

export interface Datagram {
  readonly bytes: Uint8Array;
  readonly from: RemoteInfo;
}

export interface DatagramsOptions {
  readonly port: number;
  readonly host?: string;
}

/**
 * The datagrams that come to a UDP port, which is open while it is subscribed.
 *
 *     datagrams({ port })  --a---b-c---
 *
 * UDP holds nobody up: what comes while the process is busy is queued by the system, or lost.
 *
 * @throws the socket's own error when it cannot be opened, such as `EADDRINUSE`
 * @example datagrams({ port: 8125 }).subscribe(({ bytes }) => console.log(bytes.byteLength));
 */
export const datagrams = ({ port, host }: DatagramsOptions): Observable<Datagram> =>
  new Observable((subscriber) => {
    // Make: inside, so that every subscription has a socket of its own, and none is open before.
    const socket = createSocket('udp4');

    // Attach: before the start, so that nothing is missed; the error's listener stays to the end.
    socket.on('message', (bytes, from) => {
      subscriber.next({ bytes, from });
    });
    socket.on('error', (error) => {
      subscriber.error(error);
    });
    let open = true;
    socket.on('close', () => {
      open = false;
      subscriber.complete();
    });

    // Start.
    socket.bind(port, host);

    // Return the undo: of what was made, and once only, because a closed socket throws.
    return () => {
      if (open) socket.close();
      open = false;
    };
  });
