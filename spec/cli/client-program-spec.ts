import { createHash, randomBytes } from 'node:crypto';
import {
  closeSync,
  createWriteStream,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import type { Socket } from 'node:net';
import { join, resolve } from 'node:path';
import manifest from '../../package.json' with { type: 'json' };
import { makeFifo } from '../support/fifo.js';
import { jsonLines } from '../support/jsonLines.js';
import { startLibraryServer } from '../support/libraryServer.js';
import {
  cleanUp,
  directory,
  DONE,
  drop,
  endedBy,
  everythingIn,
  fill,
  freePort,
  pipe,
  type Program,
  receiver,
  run,
  runNode,
  type RunOptions,
  until,
} from '../support/programs.js';
import { MiB } from '../support/sample.js';
import { faultsOf } from '../support/schema.js';
import { SIGNALS, startServer } from '../support/servers.js';

/** Files to send, in a directory of their own. */
function files(texts: Readonly<Record<string, string>>): string {
  const cwd = directory();
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(cwd, name), text);
  return cwd;
}

/** A file larger than the buffers of both kernels. */
function hugeFile(): string {
  const cwd = files({ huge: '' });
  truncateSync(join(cwd, 'huge'), 64 * MiB);
  return cwd;
}

const client = (
  port: number,
  args: readonly string[],
  options: RunOptions & { readonly cwd: string },
): Program => run('rxdrop-client', ['127.0.0.1', port, ...args], options);

/** The client, with arguments made by a shell, because Node cannot pass any that are not UTF-8. */
const runBytes = (cwd: string, words: string, options = ''): Program =>
  runNode(
    [
      '--input-type=module',
      '--eval',
      `import { spawn } from 'node:child_process';
      spawn('sh', ['-c', process.argv[1]], { stdio: 'inherit' })
        .on('close', (status) => { process.exitCode = status; });`,
      `exec '${process.execPath}' ${options} '${resolve('dist', 'bin', 'rxdrop-client.js')}' ${words}`,
    ],
    { cwd },
  );

/** The bytes of a socket up to its end; the socket stays open. */
const bytesOf = (socket: Socket): Promise<Buffer> =>
  new Promise((resolve) => {
    const chunks: Buffer[] = [];
    socket
      .on('data', (chunk: Buffer) => chunks.push(chunk))
      .on('end', () => {
        resolve(Buffer.concat(chunks));
      });
  });

interface Crowded {
  readonly port: number;
  readonly texts: readonly string[];
  /** The maximum number of connections at once. */
  readonly peak: () => number;
}

/** A receiver that answers no client before it has had `count` connections at once. */
async function crowded(size: number): Promise<Crowded> {
  const texts: string[] = [];
  const waiting: Socket[] = [];
  let open = 0;
  let peak = 0;
  const port = await receiver((socket) => {
    peak = Math.max(peak, ++open);
    void bytesOf(socket).then((bytes) => {
      texts.push(String(bytes));
      waiting.push(socket);
      if (peak < size) return;
      for (const sender of waiting.splice(0)) {
        open--;
        sender.end();
      }
    });
  });
  return { port, texts, peak: () => peak };
}

/** The reports of `--json`. */
const reportsIn = (stdout: string) => jsonLines(stdout) as readonly { readonly type: string }[];

const failed = (status: number, ...lines: readonly string[]) => ({
  ...DONE,
  status,
  stderr: lines.map((line) => `${line}\n`).join(''),
});

describe('rxdrop-client', () => {
  afterEach(cleanUp);

  describe('delivers, with status 0 and no output (C1):', () => {
    it('to any receiver', async () => {
      const cwd = files({ 'a.bin': '' });
      const sent = randomBytes(3_000_000);
      writeFileSync(join(cwd, 'a.bin'), sent);
      const received: Promise<Buffer>[] = [];
      const port = await receiver((socket) => {
        received.push(bytesOf(socket));
        socket.on('end', () => socket.end());
      });
      expect(await client(port, ['a.bin'], { cwd }).ended).toStrictEqual(DONE);
      expect((await Promise.all(received)).map((bytes) => bytes.equals(sent))).toStrictEqual([
        true,
      ]);
    });

    it('to the server, which has saved it by then', async () => {
      const { port, dir, file } = await startLibraryServer();
      const cwd = files({ 'a.bin': 'whole' });
      expect(await client(port, ['a.bin'], { cwd }).ended).toStrictEqual(DONE);
      expect(everythingIn(dir)).toStrictEqual(['1.file']);
      expect(file(1)).toBe('whole');
    });

    it('an empty file', async () => {
      const { port, file } = await startLibraryServer();
      const cwd = files({ empty: '' });
      expect(await client(port, ['empty'], { cwd }).ended).toStrictEqual(DONE);
      expect(file(1)).toBe('');
    });

    it('to a host by its name', async () => {
      const { port, file } = await startLibraryServer();
      const cwd = files({ 'a.bin': 'whole' });
      const { ended } = run('rxdrop-client', ['localhost', port, 'a.bin'], { cwd });
      expect(await ended).toStrictEqual(DONE);
      expect(file(1)).toBe('whole');
    });

    it('several files, in their order', async () => {
      const { port, dir, file } = await startLibraryServer();
      const names = ['c', 'a', 'b', 'a'];
      const cwd = files({ a: 'text of a', b: 'text of b', c: 'text of c' });
      expect(await client(port, names, { cwd }).ended).toStrictEqual(DONE);
      expect(everythingIn(dir)).toHaveLength(4);
      expect([1, 2, 3, 4].map(file)).toStrictEqual(names.map((name) => `text of ${name}`));
    });

    it('files whose names are not UTF-8, and reports them by their bytes', async () => {
      const { port, file } = await startLibraryServer();
      const cwd = files({});
      writeFileSync(Buffer.concat([Buffer.from(`${cwd}/caf`), Buffer.of(0xe9)]), 'latin 1');
      const { ended } = runBytes(
        cwd,
        `127.0.0.1 ${port} "$(printf 'caf\\351')" "$(printf 'no\\377')"`,
      );
      expect(await ended).toStrictEqual({
        ...failed(66, 'ERROR: cannot open no\\xff: no such file or directory'),
      });
      expect(file(1)).toBe('latin 1');
    });

    it('no file instead of one whose name is lost (C2)', async () => {
      const { port, dir } = await startLibraryServer();
      const cwd = files({ 'caf\uFFFD': 'another file' });
      // A title takes the place of the command line.
      const { ended } = runBytes(
        cwd,
        `127.0.0.1 ${port} "$(printf 'caf\\351')"`,
        '--title=another',
      );
      expect(await ended).toStrictEqual(
        failed(64, 'ERROR: "caf\uFFFD" is not UTF-8, and this system does not show its bytes'),
      );
      expect(everythingIn(dir)).toStrictEqual([]);
    });

    it('files whose names look like options, behind "--"', async () => {
      const { port, file } = await startLibraryServer();
      const cwd = files({ '--quiet': 'text' });
      expect(await client(port, ['--', '--quiet'], { cwd }).ended).toStrictEqual(DONE);
      expect(file(1)).toBe('text');
    });
  });

  describe('sends standard input (C7):', () => {
    it('from a socket', async () => {
      const { port, file } = await startLibraryServer();
      const { input, ended } = client(port, ['-'], { cwd: directory() });
      input?.end('through a socket');
      expect(await ended).toStrictEqual(DONE);
      expect(file(1)).toBe('through a socket');
    });

    it('from a pipe', async () => {
      const { port, file } = await startLibraryServer();
      const cwd = directory();
      const stdin = pipe(join(cwd, 'stdin'));
      const { ended } = client(port, ['-'], { cwd, stdio: [stdin.reader, 'pipe', 'pipe'] });
      stdin.write('through a pipe');
      stdin.stopWriting();
      expect(await ended).toStrictEqual(DONE);
      expect(file(1)).toBe('through a pipe');
    });

    it('and prints one line if it is closed', async () => {
      const { port, dir } = await startLibraryServer();
      const { ended } = client(port, ['-'], { cwd: directory(), after: '<&-' });
      expect(await ended).toStrictEqual(failed(66, 'ERROR: cannot open -: it is closed'));
      expect(everythingIn(dir)).toStrictEqual([]);
    });

    it('from a file', async () => {
      const { port, file } = await startLibraryServer();
      const cwd = files({ 'a.bin': 'from a file' });
      const stdin = openSync(join(cwd, 'a.bin'), 'r');
      const { ended } = client(port, ['-'], { cwd, stdio: [stdin, 'pipe', 'pipe'] });
      closeSync(stdin);
      expect(await ended).toStrictEqual(DONE);
      expect(file(1)).toBe('from a file');
    });
  });

  describe('prints one line, and ends with the status of (C2):', () => {
    it.each([
      ...['0', '65536', '80x', ''].map(
        (port) => [['localhost', port, 'a.bin'], 64, `bad port "${port}"`] as const,
      ),
      [[], 64, 'missing arguments: rxdrop-client <HOSTNAME-OR-IP> <PORT> <FILE>... [options]'],
      [['localhost', 'PORT'], 64, 'missing arguments'],
      [['localhost', 'PORT', ''], 64, 'bad file name'],
      [['', 'PORT', 'a.bin'], 64, 'bad host ""'],
      [['localhost', 'PORT', 'a.bin', '--nonsense'], 64, 'unknown option --nonsense'],
      [['localhost', 'PORT', '-dash'], 64, 'unknown option -dash (a file of that name is ./-dash'],
      [['localhost', 'PORT', '-', 'a.bin', '-'], 64, '- (standard input) can be given only once'],
      [['--', '-h', 'PORT', 'a.bin'], 68, 'unknown host -h'],
      [['localhost', 'PORT', 'missing'], 66, 'cannot open missing: no such file or directory'],
      [['localhost', 'PORT', '.'], 66, 'cannot open .: it is a directory'],
      [['no..host', 'PORT', 'a.bin'], 68, 'unknown host no..host'],
      [['127.0.0.1', 'PORT', 'a.bin'], 69, 'connection refused'],
      [['localhost', 'PORT', 'a.bin'], 69, 'cannot connect to localhost port'],
    ] as const)('%j ends with status %d: %s', async (args, status, words) => {
      const port = String(await freePort());
      const { ended } = run(
        'rxdrop-client',
        args.map((arg) => (arg === 'PORT' ? port : arg)),
        { cwd: files({ 'a.bin': 'text' }) },
      );
      const { stderr, ...end } = await ended;
      expect(end).toStrictEqual({ status, signal: null, stdout: '' });
      expect(stderr).toMatch(/^ERROR: [^\n]+\n$/);
      expect(stderr).toContain(words);
    });

    it('a missing file, before it connects (C1)', async () => {
      const { port, dir } = await startLibraryServer();
      const { status } = await client(port, ['missing'], { cwd: directory() }).ended;
      expect(status).toBe(66);
      expect(await drop(port, 'the first to connect')).toBe('FIN');
      expect(everythingIn(dir)).toStrictEqual(['1.file']);
    });

    const RESET = 'ERROR: the connection was reset; the file is not saved';

    it('a reset half-way', async () => {
      const port = await receiver((socket) => {
        socket.once('data', () => socket.resetAndDestroy());
      });
      const { ended } = client(port, ['huge'], { cwd: hugeFile() });
      expect(await ended).toStrictEqual(failed(69, RESET));
    });

    it('a reset after the last byte', async () => {
      const port = await receiver((socket) => {
        socket.resume().on('end', () => socket.resetAndDestroy());
      });
      const { ended } = client(port, ['a.bin'], { cwd: files({ 'a.bin': 'text' }) });
      expect(await ended).toStrictEqual(failed(69, RESET));
    });

    it('a FIN that precedes ours, which confirms nothing', async () => {
      const port = await receiver((socket) => socket.pause().end());
      const { status, stderr } = await client(port, ['huge'], { cwd: hugeFile() }).ended;
      expect(status).toBe(69);
      expect(stderr).toMatch(/^ERROR: [^\n]*--no-confirm[^\n]*\n$/);
    });

    it('a receiver that accepts no data for --timeout (C4)', async () => {
      const port = await receiver((socket) => socket.pause());
      const { ended } = client(port, ['huge', '--timeout', '1s'], { cwd: hugeFile() });
      expect(await ended).toStrictEqual(
        failed(75, 'ERROR: the receiver accepted no data for 1 s; the file is not saved'),
      );
    });

    it('a server that does not answer within --confirm-timeout (C5)', async () => {
      const port = await receiver((socket) => socket.resume());
      const cwd = files({ 'a.bin': 'text' });
      const { ended } = client(port, ['a.bin', '--confirm-timeout', '300ms'], { cwd });
      expect(await ended).toStrictEqual(
        failed(75, 'ERROR: sent, but not confirmed within 300 ms; the file may not be saved'),
      );
    });

    it('name servers that do not answer within --timeout, and has exited then (C3)', async () => {
      const cwd = files({ 'a.bin': 'text' });
      const never = pipe(join(cwd, 'never'));
      writeFileSync(join(cwd, 'getent'), `#!/bin/sh\nread -r answer < '${never.path}'\n`, {
        mode: 0o700,
      });
      const { ended } = run(
        'rxdrop-client',
        ['localhost', await freePort(), 'a.bin', '--timeout', '300ms'],
        { cwd, env: { PATH: cwd } },
      );
      expect(await ended).toStrictEqual(failed(75, 'ERROR: not connected within 300 ms'));
    });
  });

  describe('with --receipt', () => {
    it('delivers to a server that sends one', async () => {
      const { port } = await startServer(['--receipt']);
      await drop(port, 'x');
      const cwd = files({ 'a.bin': 'abc' });
      expect(await client(port, ['a.bin', '--receipt'], { cwd }).ended).toStrictEqual(DONE);
    });

    it.each([
      ['none', '', 'the server sent no receipt'],
      ['a wrong one', 'OK 1 3 00\n', 'the receipt does not match'],
    ])('reports that, with status 65, if the answer is %s', async (_, answer, line) => {
      const port = await receiver((socket) => {
        socket.resume().on('end', () => socket.end(answer));
      });
      const cwd = files({ 'a.bin': 'abc' });
      const { status, stderr } = await client(port, ['a.bin', '--receipt'], { cwd }).ended;
      expect(status).toBe(65);
      expect(stderr).toMatch(line);
    });
  });

  describe('with --no-confirm', () => {
    it('delivers to a receiver that half-closes at once and keeps reading (C5)', async () => {
      const sizes: Promise<number>[] = [];
      const port = await receiver((socket) => {
        socket.end();
        sizes.push(bytesOf(socket).then(({ length }) => length));
      });
      const { ended } = client(port, ['huge', '--no-confirm'], { cwd: hugeFile() });
      expect(await ended).toStrictEqual(DONE);
      expect(await Promise.all(sizes)).toStrictEqual([64 * MiB]);
    });

    it('does not wait for an answer (C5)', async () => {
      const texts: Promise<Buffer>[] = [];
      const port = await receiver((socket) => texts.push(bytesOf(socket)));
      const cwd = files({ 'a.bin': 'text' });
      expect(await client(port, ['a.bin', '--no-confirm'], { cwd }).ended).toStrictEqual(DONE);
      expect((await Promise.all(texts)).map(String)).toStrictEqual(['text']);
    });
  });

  describe('with several files, some of which fail,', () => {
    it('sends the others, and prints a line for each failed file (C2)', async () => {
      const { port, dir, file } = await startLibraryServer();
      const cwd = files({ a: 'text of a', b: 'text of b' });
      mkdirSync(join(cwd, 'folder'));
      const { ended } = client(port, ['a', 'missing', 'folder', 'b'], { cwd });
      expect(await ended).toStrictEqual(
        failed(
          66,
          'ERROR: cannot open missing: no such file or directory',
          'ERROR: cannot open folder: it is a directory',
        ),
      );
      expect(everythingIn(dir)).toStrictEqual(['1.file', '2.file']);
      expect([1, 2].map(file)).toStrictEqual(['text of a', 'text of b']);
    });

    it.each([[[]], [['--jobs', '10']]])(
      'sends the others after any number of them: %j',
      async (args) => {
        const { port, dir } = await startLibraryServer();
        const missing = Array.from({ length: 1_500 }, (_, index) => `missing ${index}`);
        const cwd = files({ a: 'text of a', b: 'text of b' });
        const { ended } = client(port, ['a', ...missing, 'b', ...args], { cwd });
        const { status, stderr } = await ended;
        expect(status).toBe(66);
        expect(
          stderr.match(/^ERROR: cannot open missing \d+: no such file or directory$/gm),
        ).toHaveLength(1_500);
        expect(everythingIn(dir)).toStrictEqual(['1.file', '2.file']);
      },
    );

    it('ends with the status of the first failure, whose line names the file (C2)', async () => {
      const port = await receiver((socket) => {
        socket.resume().on('end', () => socket.resetAndDestroy());
      });
      const cwd = files({ a: 'text' });
      expect(await client(port, ['a', 'missing'], { cwd }).ended).toStrictEqual(
        failed(
          69,
          'ERROR: a: the connection was reset; the file is not saved',
          'ERROR: cannot open missing: no such file or directory',
        ),
      );
    });

    it('prints one line even for a name that has two (C2)', async () => {
      const port = await freePort();
      const cwd = files({ 'a\nb': 'text' });
      expect(await client(port, ['a\nb', 'c\nd'], { cwd }).ended).toStrictEqual(
        failed(
          69,
          `ERROR: a\\x0ab: cannot connect to 127.0.0.1 port ${port}: connection refused`,
          'ERROR: cannot open c\\x0ad: no such file or directory',
        ),
      );
    });
  });

  describe('ends by the signal that interrupted it, and the server detects that (C6):', () => {
    it.each(SIGNALS)('by %s, while it sends what it reads from a pipe', async (signal) => {
      const { port, dir, file, published } = await startLibraryServer();
      const program = client(port, ['-'], { cwd: directory() });
      program.input?.write('the first half');
      await until(() => readdirSync(dir).length === 1);
      program.kill(signal);
      expect(await program.ended).toStrictEqual(endedBy(signal));
      await published(1);
      expect(file(1)).toBe('ERROR');
    });

    it.each(SIGNALS)('by %s, while it reads a FIFO without data', async (signal) => {
      const { port, published, event, file } = await startLibraryServer();
      const cwd = directory();
      const { path } = pipe(join(cwd, 'fifo'));
      const program = client(port, [path], { cwd });
      await event('opened');
      program.kill(signal);
      expect(await program.ended).toStrictEqual(endedBy(signal));
      await published(1);
      expect(file(1)).toBe('ERROR');
    });

    it('by SIGINT, while the receiver accepts no data', async () => {
      const sockets: Socket[] = [];
      const port = await receiver((socket) => sockets.push(socket.pause()));
      const program = client(port, ['huge'], { cwd: hugeFile() });
      await until(() => sockets.length);
      program.kill('SIGINT');
      expect(await program.ended).toStrictEqual(endedBy('SIGINT'));
    });
  });

  it('ignores SIGHUP, if none of its streams is a terminal (nohup, C6)', async () => {
    const { port, dir, file } = await startLibraryServer();
    const program = client(port, ['-'], { cwd: directory() });
    program.input?.write('before, ');
    await until(() => readdirSync(dir).length === 1);
    program.kill('SIGHUP');
    program.input?.write('meanwhile, ');
    await until(() =>
      everythingIn(dir).some((name) =>
        readFileSync(join(dir, name), 'utf8').endsWith('meanwhile, '),
      ),
    );
    program.input?.end('after');
    expect(await program.ended).toStrictEqual(DONE);
    expect(file(1)).toBe('before, meanwhile, after');
  });

  it.each([
    [[], 1],
    [['--jobs', '4'], 4],
  ])('with %j sends ten files over %d connections at once', async (args, jobs) => {
    const { port, peak, texts } = await crowded(jobs);
    const names = Array.from({ length: 10 }, (_, index) => `file ${index}`);
    const cwd = files(Object.fromEntries(names.map((name) => [name, `text of ${name}`])));
    expect(await client(port, [...names, ...args], { cwd }).ended).toStrictEqual(DONE);
    expect(peak()).toBe(jobs);
    expect(texts.toSorted()).toStrictEqual(names.map((name) => `text of ${name}`));
  });

  it('limits --jobs to the open-files limit, with a warning', async () => {
    const { port, dir } = await startLibraryServer();
    const names = Array.from({ length: 40 }, (_, index) => `file ${index}`);
    const cwd = files(Object.fromEntries(names.map((name) => [name, `text of ${name}`])));
    const { ended } = client(port, [...names, '--jobs', '100'], { cwd, openFiles: 64 });
    expect(await ended).toStrictEqual({
      ...DONE,
      stderr:
        'WARNING: --jobs 100 is reduced to 5: the open-files limit (ulimit -n) allows no more\n',
    });
    expect(everythingIn(dir)).toHaveLength(40);
  });

  describe('with --json', () => {
    it('prints what happens to each file as lines of JSON, which the schema describes', async () => {
      const { port } = await startLibraryServer();
      const cwd = files({ 'a.bin': 'text', empty: '' });
      const { ended } = client(port, ['a.bin', 'missing', 'empty', '--json'], { cwd });
      const { stdout, ...end } = await ended;
      expect({ stdout: '', ...end }).toStrictEqual(
        failed(66, 'ERROR: cannot open missing: no such file or directory'),
      );
      const reports = reportsIn(stdout);
      expect(reports.flatMap((report) => faultsOf(report, 'ClientReport'))).toStrictEqual([]);
      const peer = `127.0.0.1:${port}`;
      expect(reports.filter(({ type }) => type !== 'progress')).toMatchObject([
        { type: 'connected', file: 'a.bin', peer, total: 4 },
        { type: 'sent', file: 'a.bin', peer, bytes: 4, confirmed: true },
        { type: 'failed', file: 'missing', reason: 'NO_INPUT', error: { path: 'missing' } },
        { type: 'connected', file: 'empty', peer, total: 0 },
        { type: 'sent', file: 'empty', peer, bytes: 0, confirmed: true },
      ]);
    });

    it('prints the receipt, and progress of a long transfer', async () => {
      const { port } = await startServer(['--receipt']);
      await drop(port, 'x');
      const cwd = directory();
      makeFifo(join(cwd, 'fifo'));
      const stdout = pipe(join(cwd, 'stdout'));
      let text = '';
      const { ended } = client(port, ['fifo', '--json', '--receipt'], {
        cwd,
        stdio: ['ignore', stdout.writer, 'pipe'],
      });
      const fifo = createWriteStream(join(cwd, 'fifo'));
      fifo.write('the first half, ');
      await until(() => (text += stdout.read()).includes('progress'));
      fifo.end('the rest');
      expect(await ended).toStrictEqual(DONE);
      text += stdout.read();
      const sha256 = createHash('sha256').update('the first half, the rest').digest('hex');
      expect(reportsIn(text)).toMatchObject([
        { type: 'connected', file: 'fifo' },
        { type: 'progress', file: 'fifo', bytes: 16 },
        { type: 'sent', file: 'fifo', bytes: 24, confirmed: true, id: 2, sha256 },
      ]);
    });

    it('is not blocked by a pipe that nobody reads', async () => {
      const { port } = await startLibraryServer();
      const cwd = files({ 'a.bin': 'text' });
      const stdout = pipe(join(cwd, 'stdout'));
      fill(stdout);
      const stdio: RunOptions['stdio'] = ['ignore', stdout.writer, 'pipe'];
      expect(await client(port, ['a.bin', '--json'], { cwd, stdio }).ended).toStrictEqual(DONE);
    });
  });

  it.each([[[]], [['--jobs', '3']]])(
    'with --rate and %j sends no faster, and does not take the time meanwhile for a stall (C4)',
    async (args) => {
      const { port, dir } = await startLibraryServer();
      const cwd = files({ a: 'a', b: 'b', c: 'c' });
      const begin = performance.now();
      const options = ['--rate', '1', '--timeout', '800ms', ...args];
      expect(await client(port, ['a', 'b', 'c', ...options], { cwd }).ended).toStrictEqual(DONE);
      // The first byte is sent at once, and each of the others after a second.
      expect(performance.now() - begin).toBeGreaterThan(1_950);
      expect(everythingIn(dir)).toHaveLength(3);
    },
  );

  describe('looks its host up', () => {
    /** A directory with a file, and with a `getent` that counts its runs. */
    const withGetent = () => {
      const cwd = files({ runs: '', a: 'a', b: 'b', c: 'c', d: 'd' });
      const script = `#!/bin/sh\necho "$2" >> '${join(cwd, 'runs')}'\necho '127.0.0.1 STREAM'\n`;
      writeFileSync(join(cwd, 'getent'), script, { mode: 0o700 });
      const lookups = () => readFileSync(join(cwd, 'runs'), 'utf8').split('\n').length - 1;
      return { options: { cwd, env: { PATH: cwd } }, lookups };
    };

    it.each([[[]], [['--jobs', '4']]])('once for all files, with %j', async (args) => {
      const { port, dir } = await startLibraryServer();
      const { options, lookups } = withGetent();
      const words = ['example.test', port, 'a', 'b', 'c', 'd', ...args];
      expect(await run('rxdrop-client', words, options).ended).toStrictEqual(DONE);
      expect(everythingIn(dir)).toHaveLength(4);
      expect(lookups()).toBe(1);
    });

    it('again for each retry, because its address may have changed', async () => {
      const { options, lookups } = withGetent();
      const words = ['example.test', await freePort(), 'a', 'b', '--retry', '1'];
      expect(await run('rxdrop-client', words, options).ended).toHaveProperty('status', 69);
      expect(lookups()).toBe(3);
    });
  });

  describe('with --retry', () => {
    it('sends a file again that a server has reset, and reports that', async () => {
      let connections = 0;
      const texts: Promise<Buffer>[] = [];
      const port = await receiver((socket) => {
        if (++connections < 3) socket.once('data', () => socket.resetAndDestroy());
        else texts.push(bytesOf(socket.on('end', () => socket.end())));
      });
      const cwd = files({ 'a.bin': 'text' });
      const { ended } = client(port, ['a.bin', '--retry', '2', '--json'], { cwd });
      const { stdout, ...end } = await ended;
      expect({ stdout: '', ...end }).toStrictEqual(DONE);
      expect((await Promise.all(texts)).map(String)).toStrictEqual(['text']);
      const reports = reportsIn(stdout);
      expect(reports.flatMap((report) => faultsOf(report, 'ClientReport'))).toStrictEqual([]);
      expect(reports.filter(({ type }) => type !== 'progress')).toMatchObject([
        { type: 'connected' },
        { type: 'retrying', attempt: 1, error: { code: 'RESET' } },
        { type: 'connected' },
        { type: 'retrying', attempt: 2, error: { code: 'RESET' } },
        { type: 'connected' },
        { type: 'sent', bytes: 4 },
      ]);
    });

    it('ends with the last failure once no retry is left', async () => {
      const port = await freePort();
      const cwd = files({ 'a.bin': 'text' });
      const { ended } = client(port, ['a.bin', '--retry', '1', '--progress', 'plain'], { cwd });
      const { status, stderr } = await ended;
      expect(status).toBe(69);
      expect(stderr).toMatch(
        /^a\.bin {2}retrying in [\d.]+ m?s: cannot connect [^\n]*\nERROR: cannot connect [^\n]*\n$/,
      );
    });

    it('does not send a FIFO again, whose first bytes are gone', async () => {
      let connections = 0;
      const port = await receiver((socket) => {
        connections++;
        socket.once('data', () => socket.resetAndDestroy());
      });
      const cwd = directory();
      const fifo = pipe(join(cwd, 'fifo'));
      fifo.write('text');
      const { ended } = client(port, [fifo.path, '--retry', '9'], { cwd });
      expect(await ended).toStrictEqual(
        failed(69, 'ERROR: the connection was reset; the file is not saved'),
      );
      expect(connections).toBe(1);
    });

    it.each(SIGNALS)('ends at once by %s while it waits', async (signal) => {
      const port = await freePort();
      const cwd = files({ 'a.bin': 'text' });
      const stdout = pipe(join(cwd, 'stdout'));
      const args = ['a.bin', '--retry', '1000', '--json'];
      const stdio: RunOptions['stdio'] = ['ignore', stdout.writer, 'pipe'];
      const program = client(port, args, { cwd, stdio });
      await until(() => stdout.read().includes('retrying'));
      program.kill(signal);
      expect(await program.ended).toStrictEqual(endedBy(signal));
    });
  });

  describe('with --progress', () => {
    it.each(['plain', 'bar'])('%s prints the progress of the files on stderr', async (progress) => {
      const { port } = await startLibraryServer();
      const cwd = files({ 'a.bin': 'text' });
      const { ended } = client(port, ['a.bin', 'missing', '--progress', progress], { cwd });
      const { stderr, ...end } = await ended;
      expect(end).toStrictEqual({ status: 66, signal: null, stdout: '' });
      expect(stderr).toMatch(/^(.*\W)?a\.bin {2}4 B in [\d.]+ m?s, [\d.]+ \w+\/s, saved$/m);
      expect(stderr).toMatch(/^(.*\W)?ERROR: cannot open missing: no such file or directory$/m);
      expect(stderr).toMatch(/^1 of 2 files, 1 failed {2}4 B in [\d.]+ m?s, [\d.]+ \w+\/s$/m);
    });

    it('prints nothing with --quiet', async () => {
      const { port } = await startLibraryServer();
      const cwd = files({ 'a.bin': 'text' });
      const args = ['a.bin', '--progress', 'plain', '--quiet'];
      expect(await client(port, args, { cwd }).ended).toStrictEqual(DONE);
    });
  });

  it('reads its environment', async () => {
    const { port, file } = await startLibraryServer();
    const cwd = files({ 'a.bin': 'text' });
    const env = { RXDROP_CLIENT_PROGRESS: 'plain', RXDROP_CLIENT_NONSENSE: '1' };
    const { stderr, ...end } = await client(port, ['a.bin'], { cwd, env }).ended;
    expect(end).toStrictEqual({ status: 0, signal: null, stdout: '' });
    expect(stderr).toMatch(/^a\.bin {2}4 B in [^\n]*saved\n$/);
    expect(file(1)).toBe('text');
  });

  it.each([
    ['--help', 'Usage: rxdrop-client <HOSTNAME-OR-IP> <PORT> <FILE>... [options]\n'],
    ['--version', `${manifest.version}\n`],
  ])('prints %s, and nothing else', async (option, words) => {
    const { stdout, ...end } = await run('rxdrop-client', [option]).ended;
    expect(end).toStrictEqual({ status: 0, signal: null, stderr: '' });
    expect(stdout.startsWith(words)).toBe(true);
  });
});
