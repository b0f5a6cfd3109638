import manifest from '../../package.json' with { type: 'json' };
import { clientCommand } from '../../src/cli/clientCommand.js';
import { UsageError } from '../../src/cli/usageError.js';
import { optionsIn, screenOf } from '../support/helpText.js';

const read = (argv: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  clientCommand(argv, env);

const DEFAULTS = {
  files: ['a.bin'],
  send: {
    host: 'localhost',
    port: 5000,
    timeout: 10_000,
    confirmTimeout: undefined,
    confirm: true,
    receipt: false,
    retry: 0,
  },
  tls: undefined,
  jobs: 1,
  rate: Infinity,
  progress: 'auto',
  json: false,
};

const PLAIN = ['localhost', '5000', 'a.bin'];

const sending = (changed: Readonly<Record<string, unknown>>) => ({
  ...DEFAULTS,
  send: { ...DEFAULTS.send, ...changed },
});

const TRUST = { cert: undefined, key: undefined, ca: undefined, servername: undefined };

/** Each option with a value for it, and the command it makes. */
const OPTIONS: Readonly<Record<string, readonly [string, object, (readonly string[])?]>> = {
  timeout: ['30s', sending({ timeout: 30_000 })],
  'confirm-timeout': ['1m', sending({ confirmTimeout: 60_000 })],
  'no-confirm': ['1', sending({ confirm: false })],
  receipt: ['1', sending({ receipt: true })],
  jobs: ['4', { ...DEFAULTS, jobs: 4 }],
  rate: ['2MiB', { ...DEFAULTS, rate: 2 * 2 ** 20 }],
  retry: ['3', sending({ retry: 3 })],
  tls: ['1', { ...DEFAULTS, tls: TRUST }],
  'tls-ca': ['ca.pem', { ...DEFAULTS, tls: { ...TRUST, ca: 'ca.pem' } }, ['--tls']],
  'tls-cert': [
    'own.pem',
    { ...DEFAULTS, tls: { ...TRUST, cert: 'own.pem', key: 'a.key' } },
    ['--tls', '--tls-key', 'a.key'],
  ],
  'tls-key': [
    'own.key',
    { ...DEFAULTS, tls: { ...TRUST, cert: 'a.pem', key: 'own.key' } },
    ['--tls', '--tls-cert', 'a.pem'],
  ],
  'tls-servername': [
    'example.org',
    { ...DEFAULTS, tls: { ...TRUST, servername: 'example.org' } },
    ['--tls'],
  ],
  progress: ['plain', { ...DEFAULTS, progress: 'plain' }],
  json: ['1', { ...DEFAULTS, progress: 'none', json: true }],
  quiet: ['1', { ...DEFAULTS, progress: 'none' }],
};

const FLAGS = ['no-confirm', 'receipt', 'tls', 'json', 'quiet'];

describe('clientCommand', () => {
  it('requires only a host, a port and a file', () => {
    expect(read(['localhost', '5000', 'a.bin'])).toStrictEqual(DEFAULTS);
  });

  it('accepts any number of files, standard input included, in their order', () => {
    const files = ['b.bin', '-', 'a.bin', 'b.bin'];
    expect(read(['localhost', '5000', ...files])).toStrictEqual({ ...DEFAULTS, files });
  });

  it.each(Object.entries(OPTIONS))('accepts --%s', (option, [value, command, beside = []]) => {
    const argv = FLAGS.includes(option) ? [`--${option}`] : [`--${option}`, value];
    expect(read(['localhost', '5000', 'a.bin', ...beside, ...argv])).toStrictEqual(command);
  });

  it.each(Object.entries(OPTIONS))(
    'takes --%s from the environment',
    (option, [value, command, beside = []]) => {
      const variable = `RXDROP_CLIENT_${option.toUpperCase().replaceAll('-', '_')}`;
      expect(read(['localhost', '5000', 'a.bin', ...beside], { [variable]: value })).toStrictEqual(
        command,
      );
    },
  );

  it('accepts a file and TLS files whose names are not UTF-8', () => {
    const name = Buffer.from('caf\xe9', 'latin1');
    const tls = ['--tls', '--tls-ca', 'caf\udce9'];
    expect(read(['localhost', '5000', 'caf\udce9', ...tls])).toStrictEqual({
      ...DEFAULTS,
      files: [name],
      tls: { ...TRUST, ca: name },
    });
  });

  it.each([
    [['-q'], { progress: 'none' }],
    [['-j', '4'], { jobs: 4 }],
    [['-j4'], { jobs: 4 }],
    [['-qj=4'], { jobs: 4, progress: 'none' }],
  ])('accepts %j', (argv, changed) => {
    expect(read([...PLAIN, ...argv])).toStrictEqual({ ...DEFAULTS, ...changed });
  });

  it('waits forever with a timeout of 0', () => {
    expect(
      read(['localhost', '5000', 'a.bin', '--timeout', '0', '--confirm-timeout', '0']),
    ).toStrictEqual(sending({ timeout: Infinity, confirmTimeout: Infinity }));
  });

  it('prefers --quiet to --progress', () => {
    const argv = ['localhost', '5000', 'a.bin', '--quiet', '--progress', 'bar'];
    expect(read(argv)).toHaveProperty('progress', 'none');
  });

  it('shows progress beside --json only if it is asked for', () => {
    expect(read([...PLAIN, '--json', '--progress', 'bar'])).toStrictEqual({
      ...DEFAULTS,
      progress: 'bar',
      json: true,
    });
  });

  it.each([
    ['a bad host', ['local host', '5000', 'a.bin'], 'bad host "local host"'],
    ['a bad port', ['localhost', '5000x', 'a.bin'], 'bad port "5000x"'],
    [
      'standard input twice',
      [...PLAIN, '-', 'b', '-'],
      '- (standard input) can be given only once',
    ],
    ['a file without a name', ['localhost', '5000', 'a.bin', ''], 'bad file name'],
    [
      'a receipt without waiting for it',
      ['localhost', '5000', 'a.bin', '--receipt', '--no-confirm'],
      '--receipt and --no-confirm contradict each other',
    ],
    ['no file', ['localhost', '5000'], 'missing arguments'],
    ['no connection at once', ['localhost', '5000', 'a.bin', '--jobs', '0'], 'bad number "0"'],
    ['trust without TLS', [...PLAIN, '--tls-ca', 'a.pem'], '--tls-ca needs --tls'],
    ['a name without TLS', [...PLAIN, '--tls-servername', 'a'], '--tls-servername needs --tls'],
    ['a certificate alone', [...PLAIN, '--tls', '--tls-cert', 'a'], 'need each other'],
    ['a key alone', [...PLAIN, '--tls', '--tls-key', 'a'], 'need each other'],
    ['a bad number of retries', [...PLAIN, '--retry', '-1'], 'bad number "-1"'],
    ['a bad word', ['localhost', '5000', 'a.bin', '--progress', 'much'], 'bad value "much"'],
  ])('rejects %s (C2)', (_, argv, line) => {
    const reading = () => read(argv);
    expect(reading).toThrow(UsageError);
    expect(reading).toThrow(line);
  });

  it('explains the common options on a screen of 80 × 24, with the prompt below', () => {
    const { text = '' } = read(['--help']);
    const { columns, lines } = screenOf(text);
    expect(optionsIn(text)).toStrictEqual(expect.arrayContaining(['confirm-timeout']));
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
