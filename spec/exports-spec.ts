import { execFileSync } from 'node:child_process';
import manifest from '../package.json' with { type: 'json' };

describe('the package', () => {
  it.each<[keyof typeof EXPORTS, () => Promise<object>]>([
    ['.', () => import('../src/index.js')],
    ['./operators', () => import('../src/operators/index.js')],
    ['./node', () => import('../src/node/index.js')],
    ['./s3', () => import('../src/s3.js')],
    ['./testing', () => import('../src/testing/index.js')],
  ])('exports from %s exactly what is listed', async (entry, load) => {
    expect(Object.keys(await load()).sort()).toStrictEqual(EXPORTS[entry]);
  });

  it('has no entry that is not listed', () => {
    expect(Object.keys(manifest.exports)).toStrictEqual([
      ...Object.keys(EXPORTS),
      './events.schema.json',
      './package.json',
    ]);
  });

  it('contains the built library, the programs and their documentation, and nothing else', () => {
    const [packed] = JSON.parse(
      execFileSync('npm', ['pack', '--dry-run', '--json', '--silent'], { encoding: 'utf8' }),
    ) as { files: { path: string }[] }[];
    const paths = packed?.files.map(({ path }) => path) ?? [];
    expect(
      paths.filter((path) => !/^(dist|docs|completions|man)\//.test(path)).sort(),
    ).toStrictEqual([
      'ARCHITECTURE.md',
      'CHANGELOG.md',
      'CONTRIBUTING.md',
      'LICENSE',
      'README.md',
      'SECURITY.md',
      'contrib/compose/compose.yaml',
      'contrib/compose/haproxy.cfg',
      'contrib/compose/nats.conf',
      'contrib/container/Dockerfile',
      'contrib/grafana/dashboard.json',
      'contrib/haproxy/haproxy.cfg',
      'contrib/kubernetes/rxdrop.yaml',
      'contrib/prometheus/rules.yml',
      'contrib/systemd/rxdrop.service',
      'contrib/systemd/rxdrop.socket',
      'package.json',
      'schema/events.json',
    ]);
    expect(
      paths.filter((path) =>
        /^docs\/(?!(node\/|operators\/)?[\w-]+\.(md|svg)$|recipes\/[\w-]+\.md$)/.test(path),
      ),
    ).toStrictEqual([]);
    expect(paths.filter((path) => /^dist\/.*(?<!\.d)\.ts$|spec/.test(path))).toStrictEqual([]);
    expect(paths).toEqual(
      expect.arrayContaining(Object.values(manifest.bin).map((path) => path.slice(2))),
    );
  });

  it('has no dependencies but the peer rxjs, because the programs are bundled, and the clients of engines if they are wanted', () => {
    expect(manifest).not.toHaveProperty('dependencies');
    const { rxjs, ...engines } = manifest.peerDependencies;
    expect(rxjs).toBe('^7.8.0');
    const optional = Object.keys(engines).map((name) => [name, { optional: true }]);
    expect(manifest.peerDependenciesMeta).toStrictEqual(Object.fromEntries(optional));
  });
});

const EXPORTS = {
  '.': [
    'CheckError',
    'ClosedEarlyError',
    'CommandError',
    'ConnectTimeoutError',
    'DirectoryError',
    'DirectoryInUseError',
    'EngineError',
    'IdleTimeoutError',
    'ListenError',
    'LookupError',
    'NoInputError',
    'NoRoomError',
    'OpenFilesError',
    'ProxyHeaderError',
    'QuotaError',
    'ReadError',
    'ReceiptError',
    'ResetError',
    'RxdropError',
    'ShutdownError',
    'StalledError',
    'StoreError',
    'StreamError',
    'TlsError',
    'TooLargeError',
    'TooLongError',
    'TooSlowError',
    'TruncatedError',
    'UnconfirmedError',
    'UnknownHostError',
    'UnreachableError',
    'WorkerError',
    'originalError',
    'send',
    'serve',
    'transfers',
  ],
  './operators': [
    'byteBudget',
    'collectBytes',
    'heldWhile',
    'idleTimeout',
    'limitBytes',
    'maxDuration',
    'minRate',
    'progress',
    'splitFrames',
    'splitLines',
    'tapDigest',
    'throttleBytes',
  ],
  './node': [
    'addressFilter',
    'afterPoll$',
    'checkCommand',
    'checked',
    'command',
    'connectTo',
    'directoryStore',
    'fromReadable',
    'fromSignals',
    'handshake',
    'isNetwork',
    'listen',
    'lookup',
    'openFile',
    'sha256',
    'sinkOf',
    'writeTo',
  ],
  './s3': ['s3Store'],
  './testing': [
    'fakeConnection',
    'fakeUplink',
    'lawsOf',
    'level',
    'marbles',
    'memoryPart',
    'memoryStore',
  ],
};
