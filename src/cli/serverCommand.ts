import manifest from '../../package.json' with { type: 'json' };
import type { ServeIntoDirectory } from '../serveOptions.js';
import { type AdminCommand, adminCommand } from './adminCommand.js';
import { type StoreCommand, storeCommand } from './storeCommand.js';
import { type CommandLine, parse } from './commandLine.js';
import { flag, list, value, withBare, withLetter } from './option.js';
import { UsageError } from './usageError.js';
import { isNatsUrl } from '../node/engines/natsUrl.js';
import { isInside } from './isInside.js';
import { type ServerPaths, tlsOfServer } from './tlsFiles.js';
import { passedSocket } from './passedSocket.js';
import * as read from './values.js';

/** What a command line of the server requests: a text to print, or to serve. */
export type ServerCommand = { readonly text: string } | ServeCommand;

export interface ServeCommand {
  readonly text?: never;
  readonly serve: Omit<ServeIntoDirectory, 'stop$'>;
  /** The paths of the files for TLS. */
  readonly tls?: ServerPaths | undefined;
  /** Where the files are kept, if that is not the directory. */
  readonly store?: StoreCommand | undefined;
  /** Where the live page and the metrics are. */
  readonly admin?: AdminCommand | undefined;
  /** How many lines to print on a terminal. */
  readonly verbosity: 'quiet' | 'normal' | 'verbose';
  /** The file to append events to, or the URL of a stream; `-` is standard output. */
  readonly events?: string | undefined;
}

/** Parses a command line of the server, which is process `pid`. Throws UsageError. */
export function serverCommand(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  pid = process.pid,
): ServerCommand {
  const parsed = parse(commandLine, argv, env);
  if (parsed.text !== undefined) return parsed;
  const [port = '', dir = ''] = parsed.args;
  const { tlsCert: cert, tlsKey: key, tlsCa: ca, quiet, verbose, ...others } = parsed.options;
  const { adminPort, adminHost, adminTokenFile, events, store, confirmAt, ...serve } = others;
  const directory = read.path(dir);
  if (isEventFile(events) && isInside(events, directory))
    throw new UsageError('--events: the file has to be outside FILE-DIR');
  if (serve.once && serve.count !== undefined)
    throw new UsageError('--once: --count contradicts it');
  if (serve.ids !== undefined && serve.continue)
    throw new UsageError('--ids: --continue contradicts it, because the engine always continues');
  if (serve.ids !== undefined && serve.workers !== 1)
    throw new UsageError('--workers: --ids needs one process');
  if (port === '-' && serve.host !== undefined)
    throw new UsageError('--host: PORT - is a socket that already has an address');
  return {
    serve: {
      ...serve,
      port: port === '-' ? passedSocket(env, pid) : read.port(port),
      dir: directory,
    },
    tls: tlsOfServer({ cert, key, ca }, serve.tlsAllow),
    admin: adminCommand({ port: adminPort, host: adminHost, tokenFile: adminTokenFile }),
    ...storeCommand({ store, confirmAt }, serve),
    ...(events !== undefined && { events }),
    verbosity: quiet ? 'quiet' : verbose ? 'verbose' : 'normal',
  };
}

/** Whether events go to a file, which SIGHUP reopens. */
export const isEventFile = (events: string | undefined): events is string =>
  events !== undefined && events !== '-' && !isNatsUrl(events);

/** The options of the server, by group. */
const options = {
  Connections: {
    host: value(read.host, 'Address to bind (default: every interface)'),
    allow: list(read.networks, 'Networks that may connect (default: all); repeatable'),
    deny: list(read.networks, 'Networks that may not connect; wins over --allow; repeatable'),
    workers: value(read.workers, 'Processes that receive; auto: one for each processor', '1'),
    'proxy-protocol': list(
      read.networks,
      'Networks of proxies that send PROXY headers; repeatable',
    ),
    'idle-timeout': value(read.duration, 'A sender that is silent for longer is an error', '10s'),
    'on-idle': value(
      read.oneOf('error', 'keep'),
      'keep: save what a silent sender has sent',
      'error',
    ),
  },
  Limits: {
    'max-size': value(read.sizeLimit, 'A larger file is an error'),
    'max-duration': value(read.duration, 'A transfer that takes longer is an error'),
    'min-rate': value(read.minRate, 'A transfer that is slower than this over 10 s is an error'),
    'max-connections': value(
      read.count,
      'Refuse more connections than this at once (default: half of the open-files limit)',
    ),
    'max-per-host': value(read.count, 'Refuse more connections than this at once from one address'),
    'max-rate-per-host': value(
      read.count,
      'Refuse more connections than this per minute from one address',
    ),
    'max-total': value(
      read.sizeLimit,
      'Maximum size of all files together; a file that exceeds it is an error',
    ),
    'max-files': value(
      read.fileCount,
      'Maximum number of files; a file that exceeds it is an error',
    ),
    'min-free': value(
      read.size,
      'A file is an error if less disk space is free (default: 64MiB, at most 5 %)',
    ),
  },
  Files: {
    receipt: flag('Send "OK <id> <bytes> <sha256>" before the FIN'),
    sha256: flag('Report the SHA-256 of each file, also without --receipt'),
    fsync: flag('Confirm a file only once it survives a power cut'),
    continue: flag('Continue after the highest number in FILE-DIR'),
    mode: value(read.mode, 'Permissions of the files, in octal', '0600'),
    ids: value(
      read.ids,
      'Numbers from an engine that several servers share: nats://HOST,HOST/STREAM, postgres://HOST/DATABASE',
    ),
    name: value(
      read.template,
      'Name of each file, of {id}, {id:6}, {date}, {time}, {peer}, {cn}; "/" makes directories',
      '{id}.file',
    ),
  },
  'Object storage': {
    store: value(
      read.storeUrl,
      'Save the files as objects: s3://bucket/prefix; FILE-DIR is their spool',
    ),
    'confirm-at': value(
      read.oneOf('engine', 'spool'),
      'With --store: confirm a file that is an object, or that is safe in FILE-DIR (default: engine)',
    ),
  },
  Hooks: {
    check: value(read.shellCommand, 'Publish a file only if this command succeeds'),
    'check-timeout': value(read.duration, 'A check that takes longer is an error', '60s'),
    exec: value(read.shellCommand, 'Run this command after each file is published'),
  },
  TLS: {
    'tls-cert': value(read.path, 'Use TLS, with this certificate (PEM) and its chain'),
    'tls-key': value(read.path, 'The key of that certificate'),
    'tls-ca': value(read.path, 'Require a client certificate of this authority'),
    'tls-allow': list(read.names, 'Require one of these names in that certificate; repeatable'),
  },
  Stopping: {
    drain: value(
      read.delay,
      'On the first signal, let transfers in flight continue for this long',
      '0s',
    ),
    count: value(read.fileCount, 'End with status 0 once this many files are saved'),
    once: flag('End after the first transfer; status 0: saved, 1: not'),
    'exit-idle': value(read.duration, 'End with status 0 after this time without a connection'),
  },
  Output: {
    events: withBare(
      '-',
      value(read.eventsPlace, 'Print events as JSON, or append them to FILE or a URL'),
    ),
    instance: value(read.instance, 'Name of this server in its events and metrics'),
    'admin-port': value(read.portOrAny, 'Serve a live page, /metrics and /readyz on this port'),
    'admin-host': value(
      read.host,
      'Address of that port (default: 127.0.0.1); others need a token',
    ),
    'admin-token-file': value(read.path, 'Require the token in this file on that port'),
    quiet: withLetter('q', flag('Print only warnings on the terminal')),
    verbose: withLetter('v', flag('Also print a line for each connection')),
  },
} as const;

/** The command line of the server, from which the help, the manual, the completions and the tables are generated. */
export const commandLine = {
  name: 'rxdrop-server',
  usage: '<PORT> <FILE-DIR> [options]',
  minArgs: 2,
  maxArgs: 2,
  version: manifest.version,
  summary: 'Saves the bytes of each TCP connection as a file',
  description: [
    `The file of connection N appears as FILE-DIR/N.file, whole or not at all; a transfer that fails leaves the five bytes ERROR. The server's FIN means "saved", its RST "not saved".`,
    'Durations: 500ms, 10s, 2m; a plain number is seconds. Sizes: 64KiB, 100MiB, 2GB. 0: no limit.',
    'The FILE of --events follows "=": --events=FILE.',
    'PORT - is the socket that systemd passes to a service.',
  ],
  options,
  common: [
    'allow',
    'idle-timeout',
    'max-size',
    'receipt',
    'continue',
    'name',
    'exec',
    'once',
    'events',
    'admin-port',
    'verbose',
  ],
  examples: [
    ['$0 5000 inbox', 'save each connection as inbox/1.file …'],
    ['nc -N HOST 5000 < a.bin', 'send it a file without rxdrop'],
  ],
  topics: {
    Environment: {
      'RXDROP_SERVER_<OPTION>':
        'An option: RXDROP_SERVER_IDLE_TIMEOUT=30s, RXDROP_SERVER_FSYNC=1, RXDROP_SERVER_EVENTS=- (without a FILE); the command line wins',
      'LISTEN_FDS, LISTEN_PID': 'PORT -: set by systemd',
      'AWS_…, NATS_…, PG…':
        'Credentials and addresses of the engines of --store, --ids and --events',
      RXDROP_FILE: 'Set for the commands of --check and --exec: the path of the file',
      RXDROP_ID: 'its number',
      RXDROP_BYTES: 'its size',
      RXDROP_SHA256: 'its SHA-256, with --sha256 or --receipt',
      RXDROP_PEER: 'address and port of its sender',
      RXDROP_CN: "common name of the sender's certificate, with --tls-ca",
    },
    Files: {
      'FILE-DIR/N.file': 'The bytes of connection N, or ERROR (--name changes the name)',
      'FILE-DIR/N.file.~1~': 'An older file of that name',
      'FILE-DIR/.*': 'Files that are being received; a start removes those of a killed server',
    },
    Signals: {
      'SIGINT, SIGTERM, SIGQUIT':
        'End the server with status 0 (--once: 1 if no file is saved), after --drain if transfers are in flight; a second one ends the drain',
      SIGHUP:
        'Opens the FILE of --events again; without one, ends a server on a terminal, and is ignored by any other',
    },
  },
  statuses: {
    0: 'ended by a signal, --count, --once or --exit-idle',
    1: '--once: no file is saved',
    64: 'a bad option or argument, or a file that its option cannot use',
    66: 'a file of --tls-… or --admin-token-file cannot be read',
    69: 'a port is in use, an address does not exist, or an engine cannot be used',
    70: 'an internal error',
    73: 'FILE-DIR cannot hold files, or is in use',
    74: 'too few files may be open at once',
    77: 'a port is not permitted',
  },
} as const satisfies CommandLine<typeof options>;
