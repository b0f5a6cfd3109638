import manifest from '../../package.json' with { type: 'json' };
import type { ServeIntoDirectory } from '../serve.js';
import { type AdminCommand, adminOf } from './adminCommand.js';
import { flag, list, parse, short, value } from './commandLine.js';
import { type ServerPaths, tlsOfServer } from './tlsFiles.js';
import * as read from './values.js';

/** What a command line of the server asks for: a text, or to serve. */
export type ServerCommand = { readonly text: string } | Serving;

export interface Serving {
  readonly text?: never;
  readonly serve: Omit<ServeIntoDirectory, 'stop$'>;
  /** Where the files for TLS are. */
  readonly tls?: ServerPaths | undefined;
  /** Where the live page and the metrics are, if asked for. */
  readonly admin?: AdminCommand | undefined;
  /** How much to tell on a terminal. */
  readonly lines: 'none' | 'some' | 'more';
}

/** Reads a command line of the server. Throws UsageError. */
export function serverCommand(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): ServerCommand {
  const parsed = parse(commandLine, argv, env);
  if (parsed.text !== undefined) return parsed;
  const [port = '', dir = ''] = parsed.args;
  const { tlsCert: cert, tlsKey: key, tlsCa: ca, ...options } = parsed.options;
  const { adminPort, adminHost, adminTokenFile, quiet, verbose, ...serve } = options;
  return {
    serve: { ...serve, port: read.port(port), dir: read.path(dir) },
    tls: tlsOfServer({ cert, key, ca }),
    admin: adminOf({ port: adminPort, host: adminHost, tokenFile: adminTokenFile }),
    lines: quiet ? 'none' : verbose ? 'more' : 'some',
  };
}

/** The command line of the server, which `--help` and the documentation are generated from. */
export const commandLine = {
  name: 'rxdrop-server',
  usage: '<PORT> <FILE-DIR> [options]',
  atLeast: 2,
  atMost: 2,
  version: manifest.version,
  options: {
    host: value(read.host, 'Address to bind; every interface without it'),
    'idle-timeout': value(read.duration, 'Give up a sender that is silent for longer', '10s'),
    'on-idle': value(
      read.oneOf('error', 'keep'),
      'keep: a silent sender has finished, its file is saved (for senders that never half-close)',
      'error',
    ),
    drain: value(
      read.delay,
      'On the first signal, let transfers in flight go on for up to this',
      '0s',
    ),
    'max-size': value(read.maximum, 'A larger file is an error'),
    'max-duration': value(read.duration, 'A transfer that takes longer is an error'),
    'min-rate': value(
      read.size,
      'A transfer slower than this, a second, over its last 10 s is an error',
    ),
    'max-connections': value(
      read.count,
      'Refuse more connections at once; without it, half of the open-files limit',
    ),
    'max-per-host': value(read.count, 'Refuse more connections at once from one address'),
    allow: list(read.networks, 'Networks that may connect; everybody without it; repeatable'),
    deny: list(read.networks, 'Networks that may not, whatever --allow says; repeatable'),
    'min-free': value(
      read.size,
      'A file is an error while less of the disk is free; without it, 64MiB, at most 5 % of the disk',
    ),
    receipt: flag('Answer each file with a line "OK <id> <bytes> <sha256>" before the FIN'),
    sha256: flag('Report the SHA-256 of each file, also without --receipt'),
    fsync: flag('Confirm a file only once it would survive a power cut'),
    continue: flag('Count on from the highest number in FILE-DIR, not from 1'),
    mode: value(read.mode, 'Permissions of the saved files, in octal', '0600'),
    'tls-cert': value(read.path, 'TLS, with this certificate (PEM) and its chain'),
    'tls-key': value(read.path, 'The key of that certificate'),
    'tls-ca': value(read.path, 'Clients need a certificate of this authority'),
    'admin-port': value(read.port, 'A live page, /metrics, /readyz on this port of 127.0.0.1'),
    'admin-host': value(read.host, 'Another address for it; takes --admin-token-file, too'),
    'admin-token-file': value(read.path, 'What a request there has to show, in a file'),
    quiet: short('q', flag('No lines on the terminal but warnings')),
    verbose: short('v', flag('A line for each connection that comes, too')),
  },
  examples: [
    ['$0 5000 inbox', 'save what comes on port 5000 as inbox/1.file, inbox/2.file …'],
    ['nc -N HOST 5000 < a.bin', 'send it a file without rxdrop'],
  ],
  epilogue: `The file of connection N appears as FILE-DIR/N.file, whole or not at all; a transfer that fails leaves the five bytes ERROR. The server's FIN says "saved", its RST "not saved".
Durations: 500ms, 10s, 2m, plain numbers are seconds. Sizes: 64KiB, 100MiB, 2GB. 0 is off.
Each option also reads an environment variable: RXDROP_SERVER_IDLE_TIMEOUT=30s, RXDROP_SERVER_FSYNC=1.
SIGTERM, SIGINT and SIGQUIT end it with status 0. Other statuses: 64 usage, 69 port in use, 73 FILE-DIR cannot be written or is in use, 77 port not permitted.`,
} as const;
