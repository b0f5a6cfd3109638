import { isIP } from 'node:net';
import type { Observable } from 'rxjs';
import { asciiHost } from './asciiHost.js';
import type { Incoming } from './incoming.js';
import { securing } from './securing.js';
import { checked, type ClientTls, tls } from './tls.js';

/** Shakes hands with a server, which has to prove its name. */
export function clientHandshake(
  { servername = '', ...files }: ClientTls,
  highWaterMark: number,
): (incoming: Incoming) => Observable<Incoming> {
  const options = checked(files);
  const host = asciiHost(servername);
  return (incoming) =>
    securing(incoming, (wire, secured, failed) => {
      const connecting = {
        ...options,
        socket: wire,
        host,
        highWaterMark,
        // Without it, an environment variable of Node's could turn the verification off.
        rejectUnauthorized: true,
        // An address is no name to ask for, but it is one to find in a certificate.
        ...(isIP(host) === 0 && { servername: host }),
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
