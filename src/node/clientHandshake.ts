import { isIP } from 'node:net';
import type { Observable } from 'rxjs';
import { asciiHost } from './asciiHost.js';
import type { Incoming } from './incoming.js';
import { secure } from './secure.js';
import { checkTls, type ClientTls, tls } from './tls.js';

/** Makes the handshake with a server, whose certificate must be for its name. */
export function clientHandshake(
  { servername = '', ...files }: ClientTls,
  highWaterMark: number,
): (incoming: Incoming) => Observable<Incoming> {
  const options = checkTls(files);
  const host = asciiHost(servername);
  return (incoming) =>
    secure(incoming, (wire, secured, fail) => {
      const connecting = {
        ...options,
        socket: wire,
        host,
        highWaterMark,
        // Otherwise, the environment variable NODE_TLS_REJECT_UNAUTHORIZED could disable the verification.
        rejectUnauthorized: true,
        // Node sends no address as the server name, but looks for it in the certificate.
        ...(isIP(host) === 0 && { servername: host }),
      };
      const socket = tls().connect(connecting);
      socket
        .on('secureConnect', () => {
          secured(socket);
        })
        .on('error', fail)
        .on('close', () => {
          fail(new Error('it was closed'));
        });
    });
}
