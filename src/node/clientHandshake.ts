import { isIP } from 'node:net';
import type { Observable } from 'rxjs';
import type { Incoming } from './incoming.js';
import { securing } from './securing.js';
import { checked, type ClientTls, tls } from './tls.js';

/** Shakes hands with a server, which has to prove its name. */
export function clientHandshake(
  { servername = '', ...files }: ClientTls,
  highWaterMark: number,
): (incoming: Incoming) => Observable<Incoming> {
  const options = checked(files);
  return (incoming) =>
    securing(incoming, (wire, secured, failed) => {
      const connecting = {
        ...options,
        socket: wire,
        host: servername,
        highWaterMark,
        // An address is no name to ask for, but it is one to find in a certificate.
        ...(isIP(servername) === 0 && { servername }),
      };
      const socket = tls().connect(connecting);
      socket
        .on('secureConnect', () => {
          secured(socket);
        })
        .on('error', failed)
        .on('close', () => {
          failed(new Error('it was closed'));
        });
    });
}
