import { once } from 'node:events';
import {
  existsSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join, resolve } from 'node:path';
import { connect as secure } from 'node:tls';
import { availableCores } from '../../src/node/availableCores.js';
import { pem, pemPath } from '../support/certificates.js';
import { jsonLines } from '../support/jsonLines.js';
import {
  cleanUp,
  dial,
  directory,
  DONE,
  drop,
  endedBy,
  everythingIn,
  afterSpec,
  type Peer,
  run,
  until,
} from '../support/programs.js';
import { MiB, sample } from '../support/sample.js';
import { type Server, startServer } from '../support/servers.js';
import { childrenOf, programOf } from '../../scripts/machine/proc.js';

const TWO = ['--workers', '2'];

const isAlive = (pid: number): boolean => {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'latin1'));
  } catch {
    return false;
  }
};

/** Whether a process runs the program of a worker. Before that, the system's call that starts it waits for it. */
const isWorker = (pid: number): boolean => programOf(pid, resolve('dist/bin/worker.js')) === pid;

/** How many files of a transfer a process has open. */
const filesOf = (pid: number): number =>
  readdirSync(`/proc/${pid}/fd`).filter((fd) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${fd}`).endsWith('.part');
    } catch {
      return false;
    }
  }).length;

/** Starts a server that listens. */
async function listening(args: readonly string[] = TWO): Promise<Server> {
  const server = await startServer(args);
  const { socket } = await dial(server.port);
  socket.destroy();
  await until(() => everythingIn(server.dir).length === 1);
  return server;
}

/** Starts transfers, whose first bytes have been received. */
async function begun({ port, dir }: Server, count: number): Promise<readonly Peer[]> {
  const peers: Peer[] = [];
  for (let id = 1; id <= count; id++) {
    const peer = await dial(port);
    peer.socket.write(`the beginning of ${id}`);
    peers.push(peer);
  }
  await until(() => temporariesIn(dir).length === count);
  return peers;
}

const temporariesIn = (dir: string) => readdirSync(dir).filter((name) => name.startsWith('.'));
/** The types of the events that a server has written to a file. */
const typesIn = (path: string) =>
  existsSync(path)
    ? (jsonLines(readFileSync(path, 'utf8')) as readonly { type: string }[]).map(({ type }) => type)
    : [];
const isFile = (name: string): boolean => name.endsWith('.file');
const verdictsOn = (peers: readonly Peer[]) => Promise.all(peers.map(({ verdict }) => verdict));

describe('rxdrop-server --workers', () => {
  afterEach(cleanUp);

  it('starts no process for one', async () => {
    const { program, port } = await startServer(['--workers', '1']);
    await dial(port);
    expect(childrenOf(program.pid)).toStrictEqual([]);
  });

  it('starts a process for each processor that it may use (auto)', async () => {
    const { program } = await listening(['--workers', 'auto']);
    expect(childrenOf(program.pid)).toHaveLength(availableCores());
  });

  it('numbers files in the order of their connections, which finish in reverse (S5)', async () => {
    const server = await startServer(['--workers', '4']);
    const peers: Peer[] = [];
    for (let id = 1; id <= 60; id++) peers.push(await dial(server.port));
    for (const [index, { socket, verdict }] of [...peers.entries()].toReversed()) {
      socket.end(`this is ${index + 1}`);
      expect(await verdict).toBe('FIN');
    }
    for (let id = 1; id <= 60; id++) expect(server.file(id)).toBe(`this is ${id}`);
    expect(everythingIn(server.dir)).toHaveLength(60);
  });

  it('numbers 2,000 files in the order of their connections, opened at full speed (S5)', async () => {
    const server = await startServer(['--workers', '4']);
    const first = await dial(server.port);
    first.socket.end('1');
    const sockets: Socket[] = [];
    for (let id = 2; id <= 2_000; id++) {
      const socket = connect({ port: server.port, host: '127.0.0.1' }).resume();
      socket.end(String(id));
      sockets.push(socket);
    }
    afterSpec(() => {
      for (const socket of sockets) socket.destroy();
    });
    await Promise.all(sockets.map((socket) => once(socket, 'end')));
    const texts = Array.from({ length: 2_000 }, (_, index) => server.file(index + 1));
    expect(texts).toStrictEqual(Array.from({ length: 2_000 }, (_, index) => String(index + 1)));
  });

  it('spreads connections over its workers', async () => {
    const server = await startServer(['--workers', '3']);
    await begun(server, 9);
    expect(childrenOf(server.program.pid).map(filesOf)).toStrictEqual([3, 3, 3]);
  });

  it('replaces a worker that is killed: its transfers are ERROR, their peers get an RST, the others go on', async () => {
    const events = join(directory(), 'events');
    const server = await listening([...TWO, `--events=${events}`]);
    // The server knows by then that its first transfer is over.
    await until(() => typesIn(events).includes('received'));
    const peers = await begun(server, 6);
    const [victim = 0, other] = childrenOf(server.program.pid);
    process.kill(victim, 'SIGKILL');
    const lost = await until(() => {
      const files = readdirSync(server.dir).filter((name) => !name.startsWith('.'));
      return files.length === 4 ? files : undefined;
    });
    const ids = lost.map((name) => Number.parseInt(name, 10)).filter((id) => id > 1);
    expect(ids.map(server.file)).toStrictEqual(['ERROR', 'ERROR', 'ERROR']);
    const isLost = (index: number) => ids.includes(index + 2);
    expect(await verdictsOn(peers.filter((_, index) => isLost(index)))).toStrictEqual([
      ...['RST', 'RST', 'RST'],
    ]);
    await until(() => childrenOf(server.program.pid).length === 2);
    expect(childrenOf(server.program.pid)).toContain(other);
    for (const { socket } of peers) socket.end();
    expect(await verdictsOn(peers.filter((_, index) => !isLost(index)))).toStrictEqual([
      ...['FIN', 'FIN', 'FIN'],
    ]);
    expect(await drop(server.port, 'the next')).toBe('FIN');
    expect(server.file(8)).toBe('the next');
    expect(temporariesIn(server.dir)).toStrictEqual([]);
    server.program.kill('SIGTERM');
    expect(await server.program.ended).toStrictEqual({
      ...DONE,
      stderr: `WARNING: worker ${victim} ended (SIGKILL), and is replaced; it had 3 transfers\n`,
    });
  });

  it('replaces a worker that dies while connections are on their way to it', async () => {
    const server = await listening();
    let isOver = false;
    const verdicts = new Set<string>();
    const senders = Array.from({ length: 20 }, async () => {
      while (!isOver) verdicts.add(await drop(server.port, 'a small file'));
    });
    for (let deaths = 0; deaths < 3; deaths++) {
      const [victim = 0] = await until(() => {
        const workers = childrenOf(server.program.pid);
        return workers.length === 2 ? workers : undefined;
      });
      process.kill(victim, 'SIGKILL');
      await until(() => !childrenOf(server.program.pid).includes(victim));
    }
    isOver = true;
    await Promise.all(senders);
    expect(verdicts).toContain('FIN');
    const files = readdirSync(server.dir);
    expect(files.toSorted()).toStrictEqual(files.map((_, id) => `${id + 1}.file`).toSorted());
    const texts = new Set(files.map((name) => readFileSync(join(server.dir, name), 'utf8')));
    expect(
      [...texts].filter((text) => !['', 'ERROR', 'a small file'].includes(text)),
    ).toStrictEqual([]);
  });

  it('ends its workers when it is killed: transfers in flight are ERROR (S7)', async () => {
    const server = await listening();
    const workers = childrenOf(server.program.pid);
    const peers = await begun(server, 4);
    server.program.kill('SIGKILL');
    expect(await server.program.ended).toStrictEqual(endedBy('SIGKILL'));
    expect(await verdictsOn(peers)).toStrictEqual(['RST', 'RST', 'RST', 'RST']);
    await until(() => !workers.some(isAlive));
    expect([2, 3, 4, 5].map(server.file)).toStrictEqual(['ERROR', 'ERROR', 'ERROR', 'ERROR']);
    expect(temporariesIn(server.dir)).toStrictEqual([]);
  });

  it('clears up at the next start if its workers are killed, too', async () => {
    const server = await listening();
    await begun(server, 4);
    const all = [...childrenOf(server.program.pid), server.program.pid];
    for (const pid of all) process.kill(pid, 'SIGSTOP');
    for (const pid of all) process.kill(pid, 'SIGKILL');
    expect(await server.program.ended).toStrictEqual(endedBy('SIGKILL'));
    await until(() => !all.some(isAlive));
    expect(temporariesIn(server.dir)).toHaveLength(4);
    const next = await startServer([...TWO, '--continue'], { dir: server.dir });
    await until(() => temporariesIn(server.dir).length === 0);
    expect(await drop(next.port, 'again')).toBe('FIN');
  });

  it('is in use as long as a worker of a killed server lives (S13)', async () => {
    const server = await listening();
    const [stopped = 0] = childrenOf(server.program.pid);
    afterSpec(() => {
      if (isAlive(stopped)) process.kill(stopped, 'SIGKILL');
    });
    process.kill(stopped, 'SIGSTOP');
    server.program.kill('SIGKILL');
    await server.program.ended;
    const second = run('rxdrop-server', [server.port, server.dir, '--continue']);
    expect(await second.ended).toMatchObject({ status: 73 });
    process.kill(stopped, 'SIGKILL');
    await until(() => !isAlive(stopped));
    const third = await startServer(['--continue'], { dir: server.dir });
    expect(await drop(third.port, 'again')).toBe('FIN');
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGQUIT'] as const)(
    'ends with 0 at %s: transfers in flight are ERROR, and no worker is left (S3, S7)',
    async (signal) => {
      const server = await listening();
      const workers = childrenOf(server.program.pid);
      const peers = await begun(server, 4);
      server.program.kill(signal);
      expect(await server.program.ended).toStrictEqual(DONE);
      expect(await verdictsOn(peers)).toStrictEqual(['RST', 'RST', 'RST', 'RST']);
      expect([2, 3, 4, 5].map(server.file)).toStrictEqual(['ERROR', 'ERROR', 'ERROR', 'ERROR']);
      expect(temporariesIn(server.dir)).toStrictEqual([]);
      await until(() => !workers.some(isAlive));
    },
  );

  it('ends in time although a worker hangs, which does not outlive it: transfers are ERROR (S3, S7)', async () => {
    const server = await listening();
    const [hanging = 0] = childrenOf(server.program.pid);
    afterSpec(() => {
      if (isAlive(hanging)) process.kill(hanging, 'SIGKILL');
    });
    const peers = await begun(server, 4);
    process.kill(hanging, 'SIGSTOP');
    server.program.kill('SIGTERM');
    const { stderr, ...end } = await server.program.ended;
    expect(end).toStrictEqual({ status: 0, signal: null, stdout: '' });
    expect(stderr).toMatch(/^WARNING: worker \d+ ended \(SIGKILL\), .*\n$/);
    expect(await verdictsOn(peers)).toStrictEqual(['RST', 'RST', 'RST', 'RST']);
    await until(() => !isAlive(hanging));
    expect([2, 3, 4, 5].map(server.file)).toStrictEqual(['ERROR', 'ERROR', 'ERROR', 'ERROR']);
    expect(temporariesIn(server.dir)).toStrictEqual([]);
    const next = await startServer(['--continue'], { dir: server.dir });
    expect(await drop(next.port, 'again')).toBe('FIN');
  });

  it('leaves no worker behind that hangs before it is ready', async () => {
    const server = await listening();
    const before = childrenOf(server.program.pid);
    process.kill(before[0] ?? 0, 'SIGKILL');
    const starting = await until(() =>
      childrenOf(server.program.pid).find((pid) => !before.includes(pid) && isWorker(pid)),
    );
    afterSpec(() => {
      if (isAlive(starting)) process.kill(starting, 'SIGKILL');
    });
    process.kill(starting, 'SIGSTOP');
    server.program.kill('SIGTERM');
    expect(await server.program.ended).toMatchObject({ status: 0 });
    await until(() => !isAlive(starting));
  });

  it('lets no signal to the whole group end a worker before the server (Ctrl-C)', async () => {
    const server = await listening([...TWO, '--drain', '1m']);
    const workers = childrenOf(server.program.pid);
    const [peer] = await begun(server, 1);
    for (const pid of [server.program.pid, ...workers]) process.kill(pid, 'SIGINT');
    peer?.socket.end(' and the end');
    expect(await peer?.verdict).toBe('FIN');
    expect(await server.program.ended).toStrictEqual(DONE);
    expect(server.file(2)).toBe('the beginning of 1 and the end');
  });

  it('ends the drain at a second signal (--drain)', async () => {
    const server = await listening([...TWO, '--drain', '1m']);
    const peers = await begun(server, 2);
    server.program.kill('SIGTERM');
    await until(async () => (await once(connect(server.port), 'error').catch(() => [])).length > 0);
    server.program.kill('SIGTERM');
    expect(await server.program.ended).toStrictEqual(DONE);
    expect(await verdictsOn(peers)).toStrictEqual(['RST', 'RST']);
    expect([2, 3].map(server.file)).toStrictEqual(['ERROR', 'ERROR']);
  });

  it('counts the connections of all workers together (--max-connections)', async () => {
    const server = await startServer([...TWO, '--max-connections', '3']);
    const peers = await begun(server, 3);
    expect(await (await dial(server.port)).verdict).toBe('RST');
    peers[0]?.socket.end();
    expect(await peers[0]?.verdict).toBe('FIN');
    await until(async () => (await drop(server.port, 'in its place')) === 'FIN');
  });

  it.each([
    ['--max-files', '4'],
    ['--max-total', '18'],
  ])('counts the files of all workers together (%s)', async (option, limit) => {
    const server = await startServer([...TWO, option, limit]);
    const verdicts: string[] = [];
    for (let file = 0; file < 6; file++) verdicts.push(await drop(server.port, 'abcd'));
    expect(verdicts).toStrictEqual([...Array<string>(4).fill('FIN'), 'RST', 'RST']);
    expect(server.file(5)).toBe('ERROR');
  });

  it('takes back what a worker had reserved that died (--max-files)', async () => {
    const server = await startServer([...TWO, '--max-files', '6']);
    await begun(server, 6);
    expect(await drop(server.port, 'one more')).toBe('RST');
    rmSync(join(server.dir, '7.file'));
    const [victim = 0] = childrenOf(server.program.pid);
    process.kill(victim, 'SIGKILL');
    await until(() => readdirSync(server.dir).filter(isFile).length === 3);
    // Each ERROR takes the place of a file, too.
    await until(() => {
      for (const name of readdirSync(server.dir).filter(isFile)) rmSync(join(server.dir, name));
      return drop(server.port, 'in its place').then((verdict) => verdict === 'FIN');
    });
    expect(temporariesIn(server.dir)).toHaveLength(3);
  });

  it('keeps the limits of a transfer (--max-size, --idle-timeout, --on-idle)', async () => {
    const server = await listening([...TWO, '--max-size', '5', '--idle-timeout', '300ms']);
    expect(await drop(server.port, '123456')).toBe('RST');
    const { socket, verdict } = await dial(server.port);
    socket.write('1');
    expect(await verdict).toBe('RST');
    expect([2, 3].map(server.file)).toStrictEqual(['ERROR', 'ERROR']);
  });

  it('sends receipts, names files, sets permissions and keeps old files', async () => {
    const dir = join(directory(), 'inbox');
    const args = [...TWO, '--receipt', '--fsync', '--mode', '0640', '--name', '{peer}/{id}'];
    for (const round of ['old', 'new']) {
      const { port, program } = await startServer(args, { dir });
      const { socket } = await dial(port);
      let receipt = '';
      socket.setEncoding('latin1').on('data', (text: string) => (receipt += text));
      socket.end(round);
      await once(socket, 'end');
      expect(receipt).toMatch(/^OK 1 3 [0-9a-f]{64}\n$/);
      program.kill('SIGTERM');
      expect(await program.ended).toStrictEqual(DONE);
    }
    expect(everythingIn(dir)).toStrictEqual(['127.0.0.1', '127.0.0.1/1', '127.0.0.1/1.~1~']);
    expect(readFileSync(join(dir, '127.0.0.1/1'), 'utf8')).toBe('new');
  });

  it('runs a command after each file (--exec), and ends by itself (--count)', async () => {
    const { port, program, dir } = await startServer([
      ...[...TWO, '--count', '2', '--exec', 'cp "$RXDROP_FILE" "$RXDROP_FILE.copy"'],
    ]);
    expect(await drop(port, 'one')).toBe('FIN');
    expect(await drop(port, 'two')).toBe('FIN');
    expect(await program.ended).toStrictEqual(DONE);
    expect(everythingIn(dir)).toStrictEqual(['1.file', '1.file.copy', '2.file', '2.file.copy']);
  });

  it('makes the handshakes of TLS in its workers, and numbers files after them', async () => {
    const { port, program, file, dir } = await startServer([
      ...[...TWO, '--tls-cert', pemPath('server'), '--tls-key', pemPath('server.key')],
      ...['--tls-ca', pemPath('names-ca'), '--tls-allow', 'alice', '--count', '2'],
    ]);
    const plain = await dial(port);
    plain.socket.write('GET / HTTP/1.1\r\n\r\n');
    expect(await plain.verdict).toBe('RST');
    const path = join(directory(), 'a.bin');
    writeFileSync(path, sample(MiB));
    const send = (name: string) =>
      run('rxdrop-client', [
        ...['localhost', port, path, '--tls', '--tls-ca', pemPath('ca')],
        ...['--tls-cert', pemPath(name), '--tls-key', pemPath(`${name}.key`)],
      ]).ended;
    for (const name of ['mallory', 'client', 'alice', 'alice'])
      expect((await send(name)).status === 0).toBe(name === 'alice');
    expect(everythingIn(dir)).toStrictEqual(['1.file', '2.file']);
    expect(file(2)).toBe(sample(MiB).toString());
    const { stderr, status } = await program.ended;
    expect(status).toBe(0);
    expect(stderr).toMatch(/^WARNING: refused \S+: TLS failed: (?!reason unknown)/);
  });

  it('resumes the session of a client at any worker', async () => {
    const { port } = await startServer([
      ...[...TWO, '--tls-cert', pemPath('server'), '--tls-key', pemPath('server.key')],
    ]);
    (await dial(port)).socket.destroy();
    let session: Buffer | undefined;
    const resumed: boolean[] = [];
    for (let connections = 0; connections < 6; connections++) {
      const client = secure({
        port,
        servername: 'localhost',
        ca: pem('ca'),
        session,
      });
      await once(client, 'secureConnect');
      resumed.push(client.isSessionReused());
      if (!session) [session] = (await once(client, 'session')) as [Buffer];
      // Open connections are spread over the workers.
      afterSpec(() => client.destroy());
    }
    expect(resumed).toStrictEqual([false, true, true, true, true, true]);
  });

  it('reports a start that fails in one line (S2)', async () => {
    const first = await listening();
    const { ended } = run('rxdrop-server', [first.port, first.dir, ...TWO]);
    const { stderr, ...end } = await ended;
    expect(end).toStrictEqual({ status: 73, signal: null, stdout: '' });
    expect(stderr).toMatch(/^ERROR: .* in use.*\n$/);
    const other = run('rxdrop-server', [first.port, join(directory(), 'other'), ...TWO]);
    expect(await other.ended).toMatchObject({
      status: 69,
      stderr: `ERROR: cannot listen on port ${first.port}: address already in use\n`,
    });
  });
});
