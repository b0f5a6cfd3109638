import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { transformSync } from 'esbuild';
import { clientCommand } from '../src/cli/clientCommand.js';
import { serverCommand } from '../src/cli/serverCommand.js';
import { cleanUp, freePort, run, until } from './support/programs.js';

const readme = readFileSync('README.md', 'utf8');
const architecture = readFileSync('ARCHITECTURE.md', 'utf8');

/** Inside the package, so that `rxdrop` in a block is this package as it is built. */
const BLOCKS = resolve('coverage/readme');

/** Tables are aligned in the page, and not in what the benchmark prints. */
const plain = (text: string): string =>
  text
    .replace(/^\|[ :|-]+\|$/gm, '')
    .replace(/ *\| */g, '|')
    .replace(/\s+/g, ' ')
    .trim();

const blocksOf = (language: string): readonly string[] =>
  [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n(?<code>.*?)^\`\`\``, 'gms'))].map(
    ({ groups }) => groups?.code ?? '',
  );

const optionsOf = (text = ''): readonly string[] =>
  [...new Set([...text.matchAll(/^(?:\| `| {2})--(?<name>[a-z-]+)|`, `--(?<other>[a-z-]+)/gm)])]
    .map(({ groups }) => groups?.name ?? groups?.other ?? '')
    .sort();

const section = (title: string): string =>
  readme.split(/^## /m).find((text) => text.startsWith(title)) ?? '';

describe('the README', () => {
  let directory: string;

  beforeAll(() => {
    mkdirSync(BLOCKS, { recursive: true });
    directory = mkdtempSync(join(tmpdir(), 'rxdrop-readme-'));
    writeFileSync(join(directory, 'a.bin'), 'abc');
  });

  afterEach(cleanUp);

  afterAll(() => {
    rmSync(directory, { recursive: true });
    rmSync(BLOCKS, { recursive: true });
  });

  it('shows the figures that were measured', () => {
    const figures = execFileSync(process.execPath, ['bench/readme.js'], { encoding: 'utf8' });
    expect(plain(readme)).toContain(plain(figures));
  });

  it('lists the options that the server has', () => {
    expect(optionsOf(section('The server'))).toStrictEqual(
      optionsOf(serverCommand(['--help'], {}).text),
    );
  });

  it('lists the options that the client has', () => {
    expect(optionsOf(section('The client'))).toStrictEqual(
      optionsOf(clientCommand(['--help'], {}).text),
    );
  });

  it('links to files that are there', () => {
    const links = [...`${readme}${architecture}`.matchAll(/\]\((?<path>[^)#]+)\)/g)].map(
      ({ groups }) => groups?.path ?? '',
    );
    expect(links.length).toBeGreaterThan(20);
    expect(links.filter((path) => !existsSync(path))).toStrictEqual([]);
  });

  it('names files that are there in the map of who owns what', () => {
    const specs = [...architecture.matchAll(/`(?<path>(?:spec|src)\/[\w/.-]+\.ts)`/g)].map(
      ({ groups }) => groups?.path ?? '',
    );
    expect(specs.length).toBeGreaterThan(5);
    expect(specs.filter((path) => !existsSync(path))).toStrictEqual([]);
  });

  it('shows a session that runs', async () => {
    const port = await freePort();
    const [serve = '', send = '', compare = ''] = [
      ...(blocksOf('console')[0] ?? '').matchAll(/^\$ (?<command>.*)$/gm),
    ].map(({ groups }) => groups?.command?.replace('5000', String(port)) ?? '');
    const start = (command: string) => {
      const [name, ...args] = command.replace(/ &$/, '').split(' ');
      return run(name === 'rxdrop-server' ? name : 'rxdrop-client', args, { cwd: directory });
    };

    start(serve);
    await until(async () => (await start(send).ended).status === 0);
    expect(execFileSync('sh', ['-c', compare], { cwd: directory, encoding: 'utf8' })).toBe(
      'the same\n',
    );
  });

  it('shows TypeScript that compiles', () => {
    const files = blocksOf('ts').map((code, index) => {
      const file = join(BLOCKS, `${index}.ts`);
      writeFileSync(file, code);
      return file;
    });
    const strict = ['--strict', '--noEmit', '--skipLibCheck', '--ignoreConfig'];
    const node = ['--module', 'nodenext', '--target', 'es2023', '--types', 'node'];
    expect(files).toHaveLength(2);
    expect(
      execFileSync(
        process.execPath,
        ['node_modules/typescript/bin/tsc', ...strict, ...node, ...files],
        {
          encoding: 'utf8',
        },
      ),
    ).toBe('');
  });

  it('shows how to serve and send, and that runs', async () => {
    expect(await runBlock(blocksOf('ts')[0], directory)).toBe('1.file has 3 bytes\n');
  });

  it('shows a copy with back-pressure, and that runs', async () => {
    const receiver = createServer((socket) => socket.resume());
    await new Promise<void>((listening) => receiver.listen(0, '127.0.0.1', listening));
    const { port } = receiver.address() as AddressInfo;
    const copied = await runBlock(blocksOf('ts')[1]?.replace('5000', String(port)), directory);
    receiver.close();
    expect(copied).toBe('copied\n');
  });
});

async function runBlock(code = '', cwd: string): Promise<string> {
  const file = join(BLOCKS, `${code.length}.mjs`);
  writeFileSync(file, transformSync(code, { loader: 'ts', format: 'esm' }).code);
  const { stdout } = await promisify(execFile)(process.execPath, [file], { cwd });
  return stdout;
}
