import { once } from 'node:events';
import { existsSync, readFileSync, statSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join, resolve } from 'node:path';
import { cleanUp, dial, directory, drop, freePort, runNode, until } from './support/programs.js';
import { MiB } from './support/sample.js';

/**
 * What a transfer costs the server, in numbers that no machine changes: calls, timers, memory. Each is the
 * difference between two runs, so what a start costs is not in it.
 */
describe('the programs', () => {
  it.each([
    ['rxdrop-server.js', 144],
    ['rxdrop-client.js', 100],
  ] as const)('%s loads less than %d KiB at its start', (program, kibibytes) => {
    const sizes = loadedBy(program).map((name) => statSync(join('dist/bin', name)).size);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(kibibytes * 1024);
  });

  it.each(['rxdrop-server.js', 'rxdrop-client.js'])(
    '%s loads none of the slow modules of Node at its start, and none by `require`',
    (program) => {
      const texts = loadedBy(program).map((name) => readFileSync(join('dist/bin', name), 'latin1'));
      // Modules that a function loads when it is called have the prefix `node:`.
      const loaded = texts.flatMap((text) =>
        Array.from(text.matchAll(/getBuiltinModule\("(?<name>\w+)"\)/g), ([, name]) => name),
      );
      for (const slow of SLOW_MODULES) expect(loaded).not.toContain(slow);
      expect(loaded).toContain('net');
      for (const text of texts) expect(text).not.toMatch(/from"|require\("[^.]/);
    },
  );
});

const SLOW_MODULES = ['crypto', 'tls', 'child_process', 'dns', 'http', 'process'];

/** A program, and the files that it loads before it runs: a function loads the others, if it is called. */
function loadedBy(name: string, found = new Set<string>()): readonly string[] {
  if (found.has(name)) return [];
  found.add(name);
  const text = readFileSync(join('dist/bin', name), 'latin1');
  const required = text.matchAll(/(?<!=>)require\(["']\.\/(?<file>[^"']+)["']\)/g);
  for (const { groups } of required) loadedBy(groups?.file ?? '', found);
  return [...found];
}

describe('the server', () => {
  afterEach(cleanUp);

  it('makes six file calls for a small file, sets one timer, and allocates no buffer', async () => {
    expect(await difference(small(1), small(11))).toStrictEqual({
      openSync: 10,
      writeSync: 10,
      closeSync: 10,
      linkSync: 10,
      unlinkSync: 10,
      // Whether its end was a reset.
      readSync: 10,
      // From the start, and it never fired.
      setInterval: 10,
    });
  });

  it('makes the same calls, and no timer more, while it is watched', async () => {
    const { statfs, access, ...calls } = await difference(small(1), small(11), { admin: true });
    expect(calls).toStrictEqual(await difference(small(1), small(11)));
  });

  it('writes once for a chunk, and neither sets a timer nor allocates a buffer', async () => {
    const { writeSync = 0, ...others } = await difference(large(1), large(64));
    expect(others).toStrictEqual({});
    // A chunk is what has come by then, up to 2 MiB: never thousands of small ones.
    expect(writeSync).toBeLessThan((63 * MiB) / (16 * 1024));
  });

  it('sets no timer for a chunk, however many senders are slow', async () => {
    const { writeSync, setInterval } = await difference(slow(100, 1), slow(100, 41));
    // The timers are those of the files behind each round.
    expect({ writeSync, setInterval }).toStrictEqual({ writeSync: 101 * 40, setInterval: 40 });
  });

  it('holds a timer for a silent connection, and opens no file', async () => {
    expect(await difference(silent(1), silent(11))).toStrictEqual({ setInterval: 10 });
  });

  it('uses less than 7.5 KiB of the heap for a silent connection', async () => {
    // Enough of them that what the engine compiles meanwhile, earlier or later, does not count.
    const { heap = NaN } = await difference(silent(500), silent(1_500), { node: ['--expose-gc'] });
    expect(heap / 1_000).toBeLessThan(7.5 * 1024);
  });

  it('has a young space that does not grow with surviving objects', async () => {
    const { youngSpace } = await counted(silent(1_000), { node: ['--expose-gc'] });
    // What is alive while the program loads may double it once.
    expect(youngSpace).toBeLessThanOrEqual(4 * MiB);
  });

  it('lets it grow while events wait for somebody to look', async () => {
    const how = { node: ['--expose-gc'], admin: true };
    const { youngSpace } = await counted(silent(1_000), how);
    expect(youngSpace).toBeGreaterThan(4 * MiB);
  });
});

type Counts = Readonly<Record<string, number>>;
type Use = (port: number) => Promise<void>;

interface How {
  /** Options of Node. */
  readonly node?: readonly string[];
  /** The server has an admin port. */
  readonly admin?: boolean;
}

/** What the second costs more than the first. */
async function difference(one: Use, other: Use, how?: How): Promise<Counts> {
  const [less, more] = [await counted(one, how), await counted(other, how)];
  const names = [...new Set([...Object.keys(less), ...Object.keys(more)])];
  const changes = names.map((name) => [name, (more[name] ?? 0) - (less[name] ?? 0)] as const);
  return Object.fromEntries(changes.filter(([, change]) => change !== 0));
}

/** Counts the calls of a server from its start until it was used. */
async function counted(use: Use, { node = [], admin = false }: How = {}): Promise<Counts> {
  const [port, path] = [await freePort(), directory()];
  const server = runNode(
    [
      ...node,
      ...['--import', resolve('spec', 'support', 'counting.js')],
      resolve('dist', 'bin', 'rxdrop-server.js'),
      // Free space is measured once per second, which does not depend on the number of files.
      ...[String(port), join(path, 'inbox'), '--min-free', '0'],
      ...(admin ? ['--admin-port', String(await freePort())] : []),
    ],
    { env: { COUNTS: join(path, 'counts.json') } },
  );
  await use(port);
  server.kill('SIGUSR2');
  await until(() => existsSync(join(path, 'counts.json')));
  return JSON.parse(readFileSync(join(path, 'counts.json'), 'utf8')) as Counts;
}

const small =
  (count: number): Use =>
  async (port) => {
    for (let sent = 0; sent < count; sent++) await drop(port, 'x'.repeat(1024));
  };

const large =
  (mebibytes: number): Use =>
  async (port) => {
    const { socket, verdict } = await dial(port);
    for (let sent = 0; sent < mebibytes; sent++)
      if (!socket.write(Buffer.alloc(MiB))) await once(socket, 'drain');
    socket.end();
    await verdict;
  };

/** The file behind them says that they were accepted. */
const silent =
  (count: number): Use =>
  async (port) => {
    for (let opened = 0; opened < count; opened++) await dial(port);
    await drop(port, 'x');
  };

/** Each sends its chunks one by one; the file behind each round says that it has come. */
const slow =
  (senders: number, chunks: number): Use =>
  async (port) => {
    const sockets: Socket[] = [];
    for (let opened = 0; opened < senders; opened++) sockets.push((await dial(port)).socket);
    for (let sent = 0; sent < chunks; sent++) {
      for (const socket of sockets) socket.write('x');
      await drop(port, 'x');
    }
  };
