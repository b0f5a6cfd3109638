import manifest from '../../package.json' with { type: 'json' };
import type { SendOptions } from '../send.js';
import { type CommandLine, parse } from './commandLine.js';
import { flag, value, withLetter } from './option.js';
import { UsageError } from './usageError.js';
import { type TlsPaths, tlsOfClient } from './tlsFiles.js';
import * as read from './values.js';
import type { Path } from '../node/pathText.js';

/** What a command line of the client requests: a text to print, or files to send. */
export type ClientCommand = { readonly text: string } | SendCommand;

export interface SendCommand {
  readonly text?: never;
  readonly files: readonly Path[];
  readonly send: Omit<SendOptions, 'file' | 'blockSize' | 'endDelay'>;
  /** The paths of the files for TLS, and the name that the server has to prove. */
  readonly tls?: (TlsPaths & { readonly servername: string | undefined }) | undefined;
  /** Connections at once. */
  readonly jobs: number;
  /** Bytes per second of all connections together. */
  readonly rate: number;
  readonly progress: 'auto' | 'bar' | 'plain' | 'none';
  /** Whether to print the reports of the files as JSON. */
  readonly json: boolean;
}

/** Parses a command line of the client. Throws UsageError. */
export function clientCommand(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): ClientCommand {
  const parsed = parse(commandLine, argv, env);
  if (parsed.text !== undefined) return parsed;
  const [host = '', port = '', ...files] = parsed.args;
  const { tls, tlsCert, tlsKey, tlsCa, tlsServername, ...options } = parsed.options;
  const {
    timeout,
    confirmTimeout,
    noConfirm,
    receipt,
    jobs,
    progress,
    quiet,
    retry,
    rate = Infinity,
    json,
  } = options;
  if (receipt && noConfirm)
    throw new UsageError('--receipt and --no-confirm contradict each other');
  if (files.indexOf('-') !== files.lastIndexOf('-'))
    throw new UsageError('- (standard input) can be given only once');
  return {
    files: files.map(read.path),
    send: {
      host: read.host(host),
      port: read.port(port),
      ...{ timeout, confirmTimeout, confirm: !noConfirm, receipt, retry },
    },
    tls: tlsOfClient(tls, { cert: tlsCert, key: tlsKey, ca: tlsCa, servername: tlsServername }),
    jobs,
    rate,
    progress: quiet || (json && progress === 'auto') ? 'none' : progress,
    json,
  };
}

/** The options of the client, by group. */
const options = {
  Transfer: {
    timeout: value(
      read.duration,
      'Time to connect, and time without progress while sending',
      '10s',
    ),
    'confirm-timeout': value(
      read.duration,
      "Time without progress while waiting for the server's FIN (default: as --timeout)",
    ),
    'no-confirm': flag("Do not wait for the server's FIN (for ncat -l)"),
    receipt: flag('Require a receipt, and check length and SHA-256'),
    jobs: withLetter('j', value(read.count, 'Several FILEs: number of connections at once', '1')),
    rate: value(read.rate, 'Maximum bytes per second of all connections together'),
    retry: value(
      read.countOrNone,
      'Send a file again, up to N times, if the network or the server fails',
      '0',
    ),
  },
  TLS: {
    tls: flag('Use TLS; the server has to prove its name'),
    'tls-ca': value(read.path, 'Trust this authority (PEM) instead of those of Node'),
    'tls-cert': value(read.path, 'Certificate of the client, for servers that require one'),
    'tls-key': value(read.path, 'The key of that certificate'),
    'tls-servername': value(read.host, 'The name that the server has to prove (default: HOSTNAME)'),
  },
  Output: {
    progress: value(
      read.oneOf('auto', 'bar', 'plain', 'none'),
      'auto: a bar on a terminal; plain: a line every two seconds',
      'auto',
    ),
    json: flag('Print what happens to each file as lines of JSON'),
    quiet: withLetter('q', flag('Show no progress')),
  },
} as const;

/** The command line of the client, from which the help, the manual, the completions and the tables are generated. */
export const commandLine = {
  name: 'rxdrop-client',
  usage: '<HOSTNAME-OR-IP> <PORT> <FILE>... [options]',
  minArgs: 3,
  maxArgs: Infinity,
  version: manifest.version,
  summary: 'Sends each FILE over a TCP connection of its own',
  description: [
    'The FILE - is standard input.',
    'A failure prints one line, ERROR: …, on stderr, and the status is that of the first failure; with several FILEs, the others continue.',
    'Write a FILE that begins with - as ./-name, or put it after --.',
    'Durations: 500ms, 10s, 2m; a plain number is seconds; 0 turns the limit off.',
  ],
  options,
  common: [
    'timeout',
    'confirm-timeout',
    'no-confirm',
    'receipt',
    'jobs',
    'rate',
    'retry',
    'tls',
    'json',
  ],
  examples: [
    ['$0 localhost 5000 a.bin', 'send a.bin; status 0: it is saved'],
    ['tar c photos | $0 HOST 5000 -', 'send standard input'],
  ],
  topics: {
    Environment: {
      'RXDROP_CLIENT_<OPTION>':
        'An option: RXDROP_CLIENT_TIMEOUT=30s, RXDROP_CLIENT_QUIET=1; the command line wins',
      TERM: 'dumb: lines instead of a bar',
    },
    Signals: {
      'SIGINT, SIGTERM, SIGQUIT': 'End the client; the server discards a file in transfer',
      SIGHUP: 'The same on a terminal; ignored elsewhere',
    },
  },
  statuses: {
    0: 'saved; with --no-confirm: sent',
    64: 'a bad option or argument, or a file that its option cannot use',
    65: 'the receipt is missing or does not match',
    66: 'a FILE, or a file of --tls-…, cannot be opened',
    68: 'unknown host',
    69: 'refused, unreachable, reset, closed early, or TLS failed',
    70: 'an internal error',
    74: 'a FILE cannot be read to its end',
    75: 'timed out, or the name servers do not answer',
    '128+n': 'ended by signal n',
  },
} as const satisfies CommandLine<typeof options>;
