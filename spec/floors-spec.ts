import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

/** The floors of ARCHITECTURE.md, from the ground up; what stands in no folder of its own is the wiring. */
const FLOORS: Readonly<Record<string, number>> = {
  errors: 0,
  elapsed: 0,
  errorData: 0,
  asStoreError: 0,
  identity: 0,
  peer: 0,
  stamp: 0,
  operators: 0,
  node: 1,
  store: 1,
  testing: 1,
  server: 2,
  client: 2,
  hooks: 2.5,
  serve: 2.5,
  serveOptions: 2.5,
  receiving: 2.5,
  s3: 2.5,
  workers: 2.5,
  worker: 2.5,
  verdicts: 2.5,
  send: 2.5,
  index: 2.5,
  admin: 2.5,
  cli: 3,
  page: 3,
};

interface Source {
  readonly path: string;
  readonly floor: number;
  readonly imports: readonly Import[];
  readonly text: string;
}

interface Import {
  readonly from: string;
  /** Types are erased: they hold nothing up. */
  readonly type: boolean;
}

const sources: readonly Source[] = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => {
    const text = readFileSync(join('src', path), 'utf8');
    return { path, floor: floorOf(path), text, imports: importsIn(text) };
  });

function floorOf(path: string): number {
  const room = path.split('/')[0]?.replace(/\.ts$/, '') ?? '';
  return FLOORS[room] ?? NaN;
}

function importsIn(text: string): readonly Import[] {
  const statements = /^(?:import|export) (?<type>type )?[^;]*?from '(?<from>[^']+)'/gms;
  return [...text.matchAll(statements)].map(({ groups }) => ({
    from: groups?.from ?? '',
    type: groups?.type !== undefined,
  }));
}

/** Optional packages, which are imported on demand. */
const ENGINE_CLIENTS: ReadonlySet<string> = new Set([
  '@aws-sdk/client-s3',
  '@nats-io/jetstream',
  '@nats-io/transport-node',
  'pg',
]);

const upwards = ({ path, floor, imports }: Source): readonly string[] =>
  imports
    .filter(({ from, type }) => from.startsWith('.') && !type)
    .map(({ from }) => normalize(join(dirname(path), from)))
    .filter((target) => !target.startsWith('..') && floorOf(target) > floor);

const pathsOf = (among: readonly Source[], offends: (source: Source) => boolean) =>
  among.filter(offends).map(({ path }) => path);

const outside = ({ imports }: Source): readonly string[] =>
  imports.map(({ from }) => from).filter((from) => !from.startsWith('.'));

describe('the floors', () => {
  it('are known for every file', () => {
    expect(sources.length).toBeGreaterThan(30);
    expect(pathsOf(sources, ({ floor }) => Number.isNaN(floor))).toStrictEqual([]);
  });

  it.each(sources.map((source) => [source.path, source] as const))(
    '%s imports nothing from above',
    (_, source) => {
      expect(upwards(source)).toStrictEqual([]);
    },
  );

  it('let the operators and the errors import rxjs alone, so that they run in a browser too', () => {
    const ground = sources.filter(({ floor }) => floor === 0);
    expect([...new Set(ground.flatMap(outside))]).toStrictEqual(['rxjs']);
  });

  it('keep Node below the compositions: effects come in as arguments there', () => {
    const compositions = sources.filter(({ floor }) => floor === 2);
    expect([...new Set(compositions.flatMap(outside))]).toStrictEqual(['rxjs']);
    const runtime = compositions.flatMap(({ path, imports }) =>
      imports
        .filter(({ type, from }) => !type && from.startsWith('.'))
        .map(({ from }) => normalize(join(dirname(path), from)).split('/')[0]),
    );
    expect(new Set(runtime)).toStrictEqual(
      new Set([
        'asStoreError.js',
        'client',
        'elapsed.js',
        'errorData.js',
        'errors.js',
        'operators',
        'peer.js',
        'server',
      ]),
    );
  });

  it('let the library depend on nothing but rxjs and Node, and on types of the clients that engines ask for', () => {
    const library = sources.filter(({ floor }) => floor < 3);
    const isType = ({ from, type }: Import) => type && ENGINE_CLIENTS.has(from);
    expect(
      library
        .flatMap(({ imports }) => imports.filter((statement) => !isType(statement)))
        .map(({ from }) => from)
        .filter((from) => !/^(\.|rxjs$|rxjs\/testing$|node:)/.test(from)),
    ).toStrictEqual([]);
  });

  it('know the SDK of S3 in one folder', () => {
    const names = sources.filter(({ text }) => text.includes("'@aws-sdk/"));
    expect(pathsOf(names, ({ path }) => !path.startsWith('store/s3/'))).toStrictEqual([]);
  });

  it('construct Observables by hand on the two lowest only', () => {
    const above = sources.filter(({ floor }) => floor > 1);
    // A Subject may connect what `share` and `connect` share, as RxJS has it.
    const byHand = /(?<!connector: \(\) => )new (\w*Subject|Observable)\b/;
    expect(pathsOf(above, ({ text }) => byHand.test(text))).toStrictEqual([]);
  });

  it('let only the programs use the process in which they run', () => {
    // Signals are the process's, names are looked up in a second one, and commands and engines have its environment.
    const knowing = [
      ...['node/signals.ts', 'node/resolvers.ts', 'node/shell.ts', 'node/engines/environment.ts'],
      // The program of a worker stands in the library, and lives with its parent.
      'node/parentProcess.ts',
    ];
    const library = sources.filter(({ floor, path }) => floor < 3 && !knowing.includes(path));
    expect(
      pathsOf(library, ({ text }) => /\bprocess\.(?!platform\b|getBuiltinModule\b)\w/.test(text)),
    ).toStrictEqual([]);
  });
});
