import { isIP } from 'node:net';
import type { Observable } from 'rxjs';
import { asciiHost } from './asciiHost.js';
import type { Incoming } from './incoming.js';
import { secure } from './secure.js';
import { type CheckedTls, checkTls, type ClientTls, tls as nodeTls } from './tls.js';

/** What a handshake needs beside its `tls`. */
export interface ClientHandshakeOptions {
  /** The name of the server, if `tls` has no `servername`. */
  host: string;
  port: number;
  highWaterMark: number;
}

/**
 * Makes the handshake with a server, whose certificate must be for its name.
 *
 * Handshakes with the same `tls` read its files once, and each resumes the session of the one before with the
 * same server, which needs no certificate again.
 */
export function clientHandshake(
  tls: ClientTls,
  { host: defaultName, port, highWaterMark }: ClientHandshakeOptions,
): (incoming: Incoming) => Observable<Incoming> {
  const { options, sessions } = contextOf(tls);
  const host = asciiHost(tls.servername ?? defaultName);
  const server = `${host} ${port}`;
  return (incoming) =>
    secure(incoming, (wire, secured, fail) => {
      const connecting = {
        ...options,
        socket: wire,
        host,
        highWaterMark,
        session: sessions.get(server),
        // Otherwise, the environment variable NODE_TLS_REJECT_UNAUTHORIZED could disable the verification.
        rejectUnauthorized: true,
        // Node sends no address as the server name, but looks for it in the certificate.
        ...(isIP(host) === 0 && { servername: host }),
      };
      const socket = nodeTls().connect(connecting);
      socket
        // Only of a server that is trusted: a resumed session is not verified again.
        .on('session', (session: Buffer) => {
          sessions.set(server, session);
        })
        .on('secureConnect', () => {
          secured(socket);
        })
        .on('error', fail)
        .on('close', () => {
          fail(new Error('it was closed'));
        });
    });
}

interface Context {
  readonly files: ClientTls;
  readonly options: CheckedTls;
  /** The last session with each server. */
  readonly sessions: Map<string, Buffer>;
}

const contexts = new WeakMap<ClientTls, Context>();

/** Returns what handshakes with the same `tls` share, as long as its files are the same. */
function contextOf(tls: ClientTls): Context {
  const known = contexts.get(tls);
  if (known && FILES.every((file) => known.files[file] === tls[file])) return known;
  const context = {
    files: { ...tls },
    options: checkTls(tls),
    sessions: new Map<string, Buffer>(),
  };
  contexts.set(tls, context);
  return context;
}

const FILES = ['cert', 'key', 'ca'] as const;
