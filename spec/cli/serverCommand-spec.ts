import manifest from '../../package.json' with { type: 'json' };
import { serverCommand } from '../../src/cli/serverCommand.js';
import { UsageError } from '../../src/cli/usageError.js';
import { optionsIn, screenOf } from '../support/helpText.js';

const read = (argv: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  serverCommand(argv, env);

const DEFAULTS = {
  serve: {
    port: 5000,
    dir: 'inbox',
    host: undefined,
    idleTimeout: 10_000,
    onIdle: 'error',
    drain: 0,
    fsync: false,
    continue: false,
    maxSize: undefined,
    maxConnections: undefined,
    maxPerHost: undefined,
    maxRatePerHost: undefined,
    proxyProtocol: undefined,
    workers: 1,
    tlsAllow: undefined,
    minRate: undefined,
    maxDuration: undefined,
    minFree: undefined,
    allow: undefined,
    deny: undefined,
    receipt: false,
    sha256: false,
    check: undefined,
    checkTimeout: 60_000,
    exec: undefined,
    mode: 0o600,
    ids: undefined,
    instance: undefined,
    name: '{id}.file',
    maxTotal: undefined,
    maxFiles: undefined,
    count: undefined,
    once: false,
    exitIdle: undefined,
  },
  tls: undefined,
  admin: undefined,
  verbosity: 'normal',
};

const serving = (changed: Readonly<Record<string, unknown>>) => ({
  ...DEFAULTS,
  serve: { ...DEFAULTS.serve, ...changed },
});

const SERVER = { cert: 'server.pem', key: 'server.key', ca: undefined };
const CERTIFICATE = ['--tls-cert', 'server.pem'];
const KEY = ['--tls-key', 'server.key'];

const ADMIN = { port: 9000, host: undefined, tokenFile: undefined };
const ADMIN_PORT = ['--admin-port', '9000'];

const STORE = { url: 's3://bucket/in', confirmAt: undefined };

/** Each option with a value for it, and the command it makes. */
const OPTIONS: Readonly<Record<string, readonly [string, object, (readonly string[])?]>> = {
  host: ['127.0.0.1', serving({ host: '127.0.0.1' })],
  'idle-timeout': ['30s', serving({ idleTimeout: 30_000 })],
  'on-idle': ['keep', serving({ onIdle: 'keep' })],
  drain: ['1m', serving({ drain: 60_000 })],
  'max-size': ['1MiB', serving({ maxSize: 1_048_576 })],
  'max-duration': ['2h', serving({ maxDuration: 7_200_000 })],
  'min-rate': ['1KiB', serving({ minRate: 1_024 })],
  'max-connections': ['500', serving({ maxConnections: 500 })],
  'max-per-host': ['5', serving({ maxPerHost: 5 })],
  allow: ['10.0.0.0/8,::1', serving({ allow: ['10.0.0.0/8', '::1'] })],
  deny: ['10.0.0.1', serving({ deny: ['10.0.0.1'] })],
  'max-rate-per-host': ['60', serving({ maxRatePerHost: 60 })],
  workers: ['4', serving({ workers: 4 })],
  'proxy-protocol': ['10.0.0.0/8,::1', serving({ proxyProtocol: ['10.0.0.0/8', '::1'] })],
  'min-free': ['1GiB', serving({ minFree: 2 ** 30 })],
  receipt: ['1', serving({ receipt: true })],
  sha256: ['1', serving({ sha256: true })],
  check: ['scan "$RXDROP_FILE"', serving({ check: 'scan "$RXDROP_FILE"' })],
  'check-timeout': ['5m', serving({ checkTimeout: 300_000 })],
  exec: ['gzip, then', serving({ exec: 'gzip, then' })],
  fsync: ['1', serving({ fsync: true })],
  continue: ['1', serving({ continue: true })],
  mode: ['0640', serving({ mode: 0o640 })],
  ids: ['nats://a,b/files', serving({ ids: 'nats://a,b/files' })],
  name: ['{date}/{id:6}.log', serving({ name: '{date}/{id:6}.log' })],
  'max-total': ['10GiB', serving({ maxTotal: 10 * 2 ** 30 })],
  'max-files': ['1000', serving({ maxFiles: 1_000 })],
  count: ['3', serving({ count: 3 })],
  once: ['1', serving({ once: true })],
  store: ['s3://bucket/in', { ...DEFAULTS, store: STORE }],
  'confirm-at': [
    'spool',
    { ...DEFAULTS, store: { ...STORE, confirmAt: 'spool' } },
    ['--store', 's3://bucket/in'],
  ],
  'exit-idle': ['5m', serving({ exitIdle: 300_000 })],
  'tls-ca': ['ca.pem', { ...DEFAULTS, tls: { ...SERVER, ca: 'ca.pem' } }, [...CERTIFICATE, ...KEY]],
  'tls-allow': [
    'alice,bob.example',
    { ...serving({ tlsAllow: ['alice', 'bob.example'] }), tls: { ...SERVER, ca: 'ca.pem' } },
    [...CERTIFICATE, ...KEY, '--tls-ca', 'ca.pem'],
  ],
  'tls-cert': ['own.pem', { ...DEFAULTS, tls: { ...SERVER, cert: 'own.pem' } }, KEY],
  'tls-key': ['own.key', { ...DEFAULTS, tls: { ...SERVER, key: 'own.key' } }, CERTIFICATE],
  'admin-port': ['9000', { ...DEFAULTS, admin: ADMIN }],
  'admin-host': ['::1', { ...DEFAULTS, admin: { ...ADMIN, host: '::1' } }, ADMIN_PORT],
  'admin-token-file': [
    'token',
    { ...DEFAULTS, admin: { ...ADMIN, tokenFile: 'token' } },
    ADMIN_PORT,
  ],
  instance: ['eu-1', serving({ instance: 'eu-1' })],
  events: ['log', { ...DEFAULTS, events: 'log' }],
  quiet: ['1', { ...DEFAULTS, verbosity: 'quiet' }],
  verbose: ['1', { ...DEFAULTS, verbosity: 'verbose' }],
};

const FLAGS = ['receipt', 'sha256', 'fsync', 'continue', 'once', 'quiet', 'verbose'];

describe('serverCommand', () => {
  it('requires only a port and a directory', () => {
    expect(read(['5000', 'inbox'])).toStrictEqual(DEFAULTS);
  });

  it.each(Object.entries(OPTIONS))('accepts --%s', (option, [value, command, beside = []]) => {
    const argv = FLAGS.includes(option) ? [`--${option}`] : [`--${option}=${value}`];
    expect(read(['5000', 'inbox', ...beside, ...argv])).toStrictEqual(command);
  });

  it.each(Object.entries(OPTIONS))(
    'takes --%s from the environment',
    (option, [value, command, beside = []]) => {
      const variable = `RXDROP_SERVER_${option.toUpperCase().replaceAll('-', '_')}`;
      expect(read(['5000', 'inbox', ...beside], { [variable]: value })).toStrictEqual(command);
    },
  );

  it('prints events with a bare --events, whatever the directory is', () => {
    expect(read(['--events', '5000', '.'])).toStrictEqual({
      ...serving({ dir: '.' }),
      events: '-',
    });
    expect(read(['--events', '5000', 'inbox'])).toStrictEqual({ ...DEFAULTS, events: '-' });
  });

  it('turns the idle timeout off with --idle-timeout 0', () => {
    expect(read(['5000', 'inbox', '--idle-timeout', '0'])).toStrictEqual(
      serving({ idleTimeout: Infinity }),
    );
  });

  it('accepts --deny and --allow any number of times', () => {
    expect(
      read([
        '5000',
        'inbox',
        '--deny',
        '10.0.0.1',
        '--allow',
        '::1',
        '--deny',
        '10.0.0.2,10.0.0.3',
      ]),
    ).toStrictEqual(serving({ allow: ['::1'], deny: ['10.0.0.1', '10.0.0.2', '10.0.0.3'] }));
  });

  it.each([
    ['--max-size', { maxSize: Infinity }],
    ['--min-rate', { minRate: 0 }],
    ['--min-free', { minFree: 0 }],
    ['--max-duration', { maxDuration: Infinity }],
    ['--drain', { drain: 0 }],
  ])('turns %s off with 0', (option, changed) => {
    expect(read(['5000', 'inbox', option, '0'])).toStrictEqual(serving(changed));
  });

  it('accepts a directory and TLS files whose names are not UTF-8', () => {
    const name = Buffer.from('d\xe9', 'latin1');
    expect(read(['5000', 'd\udce9', '--tls-cert', 'd\udce9', ...KEY])).toStrictEqual({
      ...serving({ dir: name }),
      tls: { ...SERVER, cert: name },
    });
  });

  it.each([
    ['-q', 'quiet'],
    ['-v', 'verbose'],
    ['-vq', 'quiet'],
  ])('accepts %s', (argument, verbosity) => {
    expect(read(['5000', 'inbox', argument])).toHaveProperty('verbosity', verbosity);
  });

  it('prefers --quiet to --verbose', () => {
    expect(read(['5000', 'inbox', '--verbose', '--quiet'])).toHaveProperty('verbosity', 'quiet');
  });

  it.each([
    ['a bad port', ['5000x', 'inbox'], 'bad port "5000x"'],
    ['a directory without a name', ['5000', ''], 'bad file name'],
    ['an empty host', ['5000', 'inbox', '--host='], 'bad host ""'],
    ['no directory', ['5000'], 'missing arguments'],
    ['one argument too many', ['5000', 'inbox', 'outbox'], 'too many arguments'],
    ['a certificate alone', ['5000', 'inbox', '--tls-cert', 'a'], 'both --tls-cert and --tls-key'],
    ['a key alone', ['5000', 'inbox', '--tls-key', 'a'], 'both --tls-cert and --tls-key'],
    ['an authority alone', ['5000', 'inbox', '--tls-ca', 'a'], 'both --tls-cert and --tls-key'],
    ['events in FILE-DIR', ['5000', 'inbox', '--events=inbox/log'], 'outside FILE-DIR'],
    [
      'names without an authority',
      ['5000', 'inbox', ...CERTIFICATE, ...KEY, '--tls-allow', 'a'],
      '--tls-allow needs --tls-ca',
    ],
    ['names without TLS', ['5000', 'inbox', '--tls-allow', 'a'], '--tls-allow needs --tls-ca'],
    ['an empty name', ['5000', 'inbox', '--tls-allow='], 'bad names ""'],
    ['a proxy that is no network', ['5000', 'inbox', '--proxy-protocol', 'lb'], 'bad network "lb"'],
    ['a bad admin port', ['5000', 'inbox', '--admin-port', '-'], 'bad port "-"'],
    ['an admin host alone', ['5000', 'inbox', '--admin-host', '::1'], 'needs --admin-port'],
    ['a token alone', ['5000', 'inbox', '--admin-token-file', 'a'], 'needs --admin-port'],
    ['two numbers of files', ['5000', 'inbox', '--once', '--count', '3'], '--count contradicts it'],
    ['a bad name', ['5000', 'inbox', '--name', '../{id}'], 'bad name "../{id}"'],
    ['a place of spooled files alone', ['5000', 'inbox', '--confirm-at=spool'], 'requires --store'],
    [
      'a URL without a bucket',
      ['5000', 'inbox', '--store', 's3://'],
      'bad URL: expected s3://bucket/prefix',
    ],
    ['another URL', ['5000', 'inbox', '--store', 'http://a/b'], 'bad URL: expected s3'],
    [
      'a URL with credentials',
      ['5000', 'inbox', '--store', 's3://key:secret@bucket/in'],
      'expected s3://bucket/prefix',
    ],
    ['a bad word', ['5000', 'inbox', '--on-idle', 'wait'], 'bad value "wait"'],
  ])('rejects %s (S2)', (_, argv, line) => {
    const reading = () => read(argv);
    expect(reading).toThrow(UsageError);
    expect(reading).toThrow(line);
  });

  it.each(['0.0.0.0', '::', '192.0.2.1', 'example.org', '::ffff:192.0.2.1', '128.0.0.1'])(
    'accepts --admin-host %s, which others can reach, only with a token',
    (host) => {
      const argv = ['5000', 'inbox', ...ADMIN_PORT, '--admin-host', host];
      expect(() => read(argv)).toThrow('needs --admin-token-file');
      expect(read([...argv, '--admin-token-file', 'token'])).toMatchObject({
        admin: { port: 9000, host, tokenFile: 'token' },
      });
    },
  );

  it.each(['127.0.0.1', '127.9.9.9', '::1', 'localhost'])('accepts --admin-host %s', (host) => {
    expect(read(['5000', 'inbox', ...ADMIN_PORT, '--admin-host', host])).toMatchObject({
      admin: { host },
    });
  });

  it('sends events to a stream, wherever FILE-DIR is, and refuses its password', () => {
    expect(read(['5000', '/', '--events=nats://a/events'])).toMatchObject({
      events: 'nats://a/events',
    });
    expect(() => read(['5000', 'inbox', '--events=nats://me:hunter2@a/events'])).toThrow(
      /^(?!.*hunter2).*NATS_PASSWORD/,
    );
  });

  it.each(['', 'two words', 'line\nbreak', 'x'.repeat(101)])('refuses --instance %j', (name) => {
    expect(() => read(['5000', 'inbox', '--instance', name])).toThrow(UsageError);
  });

  it('refuses --ids with --continue, which it cannot follow', () => {
    expect(() => read(['5000', 'inbox', '--ids', 'nats://a/files', '--continue'])).toThrow(
      new UsageError('--ids: --continue contradicts it, because the engine always continues'),
    );
  });

  it('refuses a password in --ids, also in its variable, and repeats it nowhere', () => {
    const ids = 'nats://me:hunter2@a/files';
    expect(() => read(['5000', 'inbox', '--ids', ids])).toThrow(/^(?!.*hunter2).*NATS_PASSWORD/);
    expect(() => read(['5000', 'inbox'], { RXDROP_SERVER_IDS: ids })).toThrow(
      /^RXDROP_SERVER_IDS: (?!.*hunter2).*NATS_PASSWORD/,
    );
  });

  it('accepts --workers auto', () => {
    expect(read(['5000', 'inbox', '--workers', 'auto'])).toMatchObject({
      serve: { workers: 'auto' },
    });
  });

  it.each(['0', '-1', '1.5', 'many', ''])('refuses --workers %j', (workers) => {
    expect(() => read(['5000', 'inbox', '--workers', workers])).toThrow(UsageError);
  });

  it('refuses --ids with workers, and accepts it with one process', () => {
    const argv = ['5000', 'inbox', '--ids', 'nats://a/files', '--workers'];
    expect(() => read([...argv, '2'])).toThrow(
      new UsageError('--workers: --ids needs one process'),
    );
    expect(() => read([...argv, 'auto'])).toThrow(UsageError);
    expect(() => read([...argv, '1'])).not.toThrow();
  });

  it.each([
    ['--exec', 'true'],
    ['--max-total', '1MiB'],
    ['--max-files', '9'],
    ['--workers', '2'],
  ])('refuses %s with an object storage', (option, value) => {
    const argv = ['5000', 'inbox', '--store', 's3://bucket/in', option, value];
    expect(() => read(argv)).toThrow(
      new UsageError(`--store: ${option} needs the files in a directory`),
    );
  });

  it('explains the common options on a screen of 80 × 24, with the prompt below', () => {
    const { text = '' } = read(['--help']);
    const { columns, lines } = screenOf(text);
    expect(optionsIn(text)).toStrictEqual(expect.arrayContaining(['once', 'name']));
    expect(columns).toBeLessThanOrEqual(80);
    expect(lines).toBeLessThan(24);
  });

  it('explains every option with --help=all', () => {
    const { text = '' } = read(['--help=all']);
    expect(optionsIn(text).toSorted()).toStrictEqual(
      ['help', 'version', ...Object.keys(OPTIONS)].toSorted(),
    );
    expect(screenOf(text).columns).toBeLessThanOrEqual(80);
  });

  it('prints the version of the package', () => {
    expect(read(['--version'])).toStrictEqual({ text: manifest.version });
  });
});
