import { once } from 'node:events';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isListening } from '../scripts/machine/proc.js';
import {
  cleanUp,
  dial,
  directory,
  drop,
  freePort,
  type Peer,
  type Program,
  runNode,
  until,
  type Verdict,
} from './support/programs.js';
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

  it('makes seven file calls for a small file, sets one timer, and allocates no buffer', async () => {
    expect(await difference(small(1), small(11))).toStrictEqual({
      openSync: 10,
      writeSync: 10,
      closeSync: 10,
      linkSync: 10,
      unlinkSync: 10,
      // Its bytes, and its end.
      readSync: 20,
      // From the start, and it never fired.
      setInterval: 10,
    });
  });

  it('makes no more calls for a small file that comes after its connection', async () => {
    // A read that is too early, and one that asks whether its end was a reset.
    expect(await difference(late(1), late(11))).toStrictEqual(
      await difference(small(1), small(11)),
    );
  });

  it('makes the same calls, and no timer more, while it is watched', async () => {
    const {
      statfs = 0,
      access,
      setInterval = 0,
      ...calls
    } = await difference(small(1), small(11), { admin: true });
    // A look at the disk, every 5 s, has a timer.
    expect({ ...calls, setInterval: setInterval - statfs }).toStrictEqual(
      await difference(small(1), small(11)),
    );
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
    const files = FILES_BEHIND * 40;
    expect({ writeSync, setInterval }).toStrictEqual({
      writeSync: 100 * 40 + files,
      setInterval: files,
    });
  });

  it('holds a timer for a silent connection, and opens no file', async () => {
    // It is read once.
    const calls = { setInterval: 10, readSync: 10 };
    expect(await difference(silent(1), silent(11))).toStrictEqual(calls);
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
type Use = (server: Server) => Promise<void>;

interface Server {
  readonly program: Program;
  readonly port: number;
}

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
  const program = runNode(
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
  await until(() => isListening(port));
  await use({ program, port });
  program.kill('SIGUSR2');
  await until(() => existsSync(join(path, 'counts.json')));
  return JSON.parse(readFileSync(join(path, 'counts.json'), 'utf8')) as Counts;
}

/** Sends files that have come, with their ends, before the server accepts the first one. */
async function dropWhole({ program, port }: Server, texts: readonly string[]): Promise<void> {
  program.kill('SIGSTOP');
  await until(() => readFileSync(`/proc/${program.pid}/stat`, 'latin1').includes(') T '));
  const verdicts: Promise<Verdict>[] = [];
  for (const text of texts) {
    const { socket, verdict } = await dial(port);
    await once(socket.end(text), 'finish');
    verdicts.push(verdict);
  }
  program.kill('SIGCONT');
  await Promise.all(verdicts);
}

const FILE = 'x'.repeat(1024);

const small =
  (count: number): Use =>
  (server) =>
    dropWhole(server, Array<string>(count).fill(FILE));

/** Opens connections, which have been accepted once it resolves: a file behind them is saved. */
async function dialAll(server: Server, count: number): Promise<readonly Peer[]> {
  const peers: Peer[] = [];
  for (let opened = 0; opened < count; opened++) peers.push(await dial(server.port));
  await dropWhole(server, ['x']);
  return peers;
}

const late =
  (count: number): Use =>
  async (server) => {
    const peers = await dialAll(server, count);
    for (const { socket } of peers) socket.end(FILE);
    await Promise.all(peers.map(({ verdict }) => verdict));
  };

const large =
  (mebibytes: number): Use =>
  async (server) => {
    for (const { socket, verdict } of await dialAll(server, 1)) {
      for (let sent = 0; sent < mebibytes; sent++)
        if (!socket.write(Buffer.alloc(MiB))) await once(socket, 'drain');
      socket.end();
      await verdict;
    }
  };

const silent =
  (count: number): Use =>
  async (server) => {
    await dialAll(server, count);
  };

/** The first may be accepted in the poll that also reports the chunks before it, and be saved before them. */
const FILES_BEHIND = 2;

/** Each sends its chunks one by one; the files behind each round say that it has come. */
const slow =
  (senders: number, chunks: number): Use =>
  async (server) => {
    const peers = await dialAll(server, senders);
    for (let sent = 0; sent < chunks; sent++) {
      for (const { socket } of peers) socket.write('x');
      for (let file = 1; file <= FILES_BEHIND; file++) await drop(server.port, 'x');
    }
  };
