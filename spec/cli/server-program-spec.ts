import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import manifest from '../../package.json' with { type: 'json' };
import {
  cleanUp,
  dial,
  directory,
  DONE,
  drop,
  everythingIn,
  fill,
  freePort,
  afterSpec,
  type Peer,
  pipe,
  receiver,
  run,
  tryToDial,
  until,
} from '../support/programs.js';
import { refusing, type Server, SIGNALS, startServer } from '../support/servers.js';

/** Starts `count` transfers, and waits until some bytes of each have arrived. */
async function transfers({ port, dir }: Server, count: number): Promise<readonly Peer[]> {
  const peers: Peer[] = [];
  for (let id = 1; id <= count; id++) {
    const peer = await dial(port);
    peer.socket.write(`the beginning of ${id}`);
    peers.push(peer);
  }
  await until(() => existsSync(dir) && readdirSync(dir).length === count);
  return peers;
}

const verdictsOn = (peers: readonly Peer[]) => Promise.all(peers.map(({ verdict }) => verdict));

describe('rxdrop-server', () => {
  afterEach(cleanUp);

  describe('fails to start with one line, and leaves nothing behind (S2):', () => {
    const MISSING = 'missing arguments: rxdrop-server <PORT> <FILE-DIR> [options]';
    const SURPLUS = 'too many arguments: rxdrop-server <PORT> <FILE-DIR> [options]';

    /** PORT stands for a free port, and paths are in a directory that holds the file `file`. */
    it.each([
      ...['-1', '0', '65536', 'abc', '80x', '0x50', '1e3', '', ' 5', '123456'].map(
        (port) => [[port, 'inbox'], 64, `bad port "${port}"`] as const,
      ),
      [[], 64, MISSING],
      [['PORT'], 64, MISSING],
      [['inbox'], 64, MISSING],
      [['PORT', 'inbox', 'outbox'], 64, SURPLUS],
      [['PORT', 'inbox', '--nonsense'], 64, 'unknown option --nonsense'],
      [['PORT', 'inbox', '--idle-timeout', 'soon'], 64, 'bad duration "soon"'],
      [['PORT', 'inbox', '--idle-timeout'], 64, 'option --idle-timeout takes a value'],
      [['PORT', ''], 64, 'bad file name'],
      [['PORT', 'file'], 73, 'cannot save files in file: it is no directory'],
      [['PORT', 'file/inbox'], 73, 'cannot save files in file/inbox: not a directory'],
      [['PORT', 'no/inbox'], 73, 'cannot save files in no/inbox: no such file or directory'],
      [['PORT', 'in\nbox/in'], 73, 'cannot save files in in\\x0abox/in: no such file'],
      [['PORT', 'inbox', '--host', '192.0.2.1'], 69, 'address not available'],
    ] as const)('%j ends with status %d: %s', async (args, status, words) => {
      const cwd = directory();
      writeFileSync(join(cwd, 'file'), 'as it was');
      const port = String(await freePort());
      const { ended } = run(
        'rxdrop-server',
        args.map((arg) => (arg === 'PORT' ? port : arg)),
        { cwd },
      );
      const { stderr, ...end } = await ended;
      expect(end).toStrictEqual({ status, signal: null, stdout: '' });
      expect(stderr).toMatch(/^ERROR: [^\n]+\n$/);
      expect(stderr).toMatch(words);
      expect(everythingIn(cwd)).toStrictEqual(['file']);
      expect(readFileSync(join(cwd, 'file'), 'utf8')).toBe('as it was');
    });

    it('a port that is in use', async () => {
      const cwd = directory();
      const port = await receiver(() => undefined);
      expect(await run('rxdrop-server', [port, 'inbox'], { cwd }).ended).toStrictEqual({
        ...DONE,
        status: 69,
        stderr: `ERROR: cannot listen on port ${port}: address already in use\n`,
      });
      expect(everythingIn(cwd)).toStrictEqual([]);
    });

    it('a directory that another server uses, which continues (S13)', async () => {
      const { port, dir } = await startServer();
      expect(await drop(port, 'before')).toBe('FIN');
      expect(await run('rxdrop-server', [await freePort(), dir]).ended).toStrictEqual({
        ...DONE,
        status: 73,
        stderr: `ERROR: ${dir} is in use by another server\n`,
      });
      expect(await drop(port, 'after')).toBe('FIN');
      expect(everythingIn(dir)).toStrictEqual(['1.file', '2.file']);
    });

    it('a bad variable in the environment', async () => {
      const cwd = directory();
      const env = { RXDROP_SERVER_DRAIN: 'soon', RXDROP_SERVER_NONSENSE: 'soon' };
      const { ended } = run('rxdrop-server', [await freePort(), 'inbox'], { cwd, env });
      const { status, stderr } = await ended;
      expect(status).toBe(64);
      expect(stderr).toMatch(/^ERROR: RXDROP_SERVER_DRAIN: bad duration "soon"[^\n]*\n$/);
      expect(everythingIn(cwd)).toStrictEqual([]);
    });
  });

  describe('ends with status 0 and no output (S3):', () => {
    it.each(SIGNALS)('by %s, if nothing is in flight', async (signal) => {
      const { program, port, dir, file } = await startServer();
      expect(await drop(port, 'whole')).toBe('FIN');
      program.kill(signal);
      expect(await program.ended).toStrictEqual(DONE);
      expect(everythingIn(dir)).toStrictEqual(['1.file']);
      expect(file(1)).toBe('whole');
    });

    it.each(SIGNALS)('by %s, and transfers in flight become ERROR', async (signal) => {
      const running = await startServer();
      const { program, port, dir, file } = running;
      const peers = await transfers(running, 3);
      program.kill(signal);
      expect(await verdictsOn(peers)).toStrictEqual(['RST', 'RST', 'RST']);
      expect(await program.ended).toStrictEqual(DONE);
      expect(everythingIn(dir)).toStrictEqual(['1.file', '2.file', '3.file']);
      expect([1, 2, 3].map(file)).toStrictEqual(['ERROR', 'ERROR', 'ERROR']);
      expect(await tryToDial(port)).toBeUndefined();
    });

    it('by all of them at once, repeated until it has exited', async () => {
      const running = await startServer();
      const { program, dir, file } = running;
      const peers = await transfers(running, 3);
      while (program.running) {
        for (const signal of SIGNALS) program.kill(signal);
        await pause(1);
      }
      expect(await program.ended).toStrictEqual(DONE);
      expect(await verdictsOn(peers)).toStrictEqual(['RST', 'RST', 'RST']);
      expect(everythingIn(dir)).toStrictEqual(['1.file', '2.file', '3.file']);
      expect([1, 2, 3].map(file)).toStrictEqual(['ERROR', 'ERROR', 'ERROR']);
    });
  });

  it('ignores SIGHUP, if none of its streams is a terminal (nohup, a service, S3)', async () => {
    const running = await startServer();
    const { program, port, file } = running;
    const [peer] = await transfers(running, 1);
    program.kill('SIGHUP');
    expect(await drop(port, 'after it')).toBe('FIN');
    expect(await drop(port, 'after it')).toBe('FIN');
    peer?.socket.end(', and the end');
    expect(await peer?.verdict).toBe('FIN');
    expect(file(1)).toBe('the beginning of 1, and the end');
    program.kill('SIGTERM');
    expect(await program.ended).toStrictEqual(DONE);
  });

  describe('with --drain', () => {
    it('lets a transfer in flight finish, but accepts no other', async () => {
      const running = await startServer(['--drain', '1m']);
      const { program, port, file } = running;
      const [peer] = await transfers(running, 1);
      program.kill('SIGTERM');
      await refusing(port);
      peer?.socket.end(', and the end');
      expect(await peer?.verdict).toBe('FIN');
      expect(await program.ended).toStrictEqual(DONE);
      expect(file(1)).toBe('the beginning of 1, and the end');
    });

    it('ends at once on a second signal', async () => {
      const running = await startServer(['--drain', '1m']);
      const { program, port, file } = running;
      const [peer] = await transfers(running, 1);
      program.kill('SIGTERM');
      await refusing(port);
      program.kill('SIGTERM');
      expect(await peer?.verdict).toBe('RST');
      expect(await program.ended).toStrictEqual(DONE);
      expect(file(1)).toBe('ERROR');
    });

    it('ends when the time is over', async () => {
      const running = await startServer(['--drain', '200ms']);
      const [peer] = await transfers(running, 1);
      running.program.kill('SIGTERM');
      expect(await peer?.verdict).toBe('RST');
      expect(await running.program.ended).toStrictEqual(DONE);
      expect(running.file(1)).toBe('ERROR');
    });
  });

  it('is the only one of ten servers on a directory, and releases it when it is killed (S13)', async () => {
    const dir = directory();
    const servers = await Promise.all(Array.from({ length: 10 }, () => startServer([], { dir })));
    await until(() => servers.filter(({ program }) => program.running).length === 1);
    const [holder, ...others] = servers.toSorted(
      (a, b) => Number(b.program.running) - Number(a.program.running),
    );
    const statuses = await Promise.all(
      others.map(async ({ program }) => (await program.ended).status),
    );
    expect(new Set(statuses)).toStrictEqual(new Set([73]));
    expect(holder && (await drop(holder.port, 'x'))).toBe('FIN');

    holder?.program.kill('SIGKILL');
    await holder?.program.ended;
    const next = await startServer([], { dir });
    expect(await drop(next.port, 'y')).toBe('FIN');
    expect(everythingIn(dir)).toStrictEqual(['1.file', '1.file.~1~']);
  });

  it('numbers connections in the order of arrival, not of their ends (S5)', async () => {
    const { port, dir, file } = await startServer();
    const peers = [await dial(port), await dial(port), await dial(port)];
    for (const [index, { socket, verdict }] of [...peers.entries()].reverse()) {
      socket.end(index === 1 ? '' : `number ${index + 1}`);
      expect(await verdict).toBe('FIN');
    }
    expect(everythingIn(dir)).toStrictEqual(['1.file', '2.file', '3.file']);
    expect([1, 2, 3].map(file)).toStrictEqual(['number 1', '', 'number 3']);
  });

  it('saves the files of a hundred senders at once, and nothing else (S4, S9)', async () => {
    const { program, port, dir, file } = await startServer();
    const texts = Array.from({ length: 100 }, (_, n) => `sender ${n}: `.padEnd(200_000 + n, '.'));
    const [first = '', ...others] = texts;
    const verdicts = [
      await drop(port, first),
      ...(await Promise.all(others.map((text) => drop(port, text)))),
    ];
    expect(new Set(verdicts)).toStrictEqual(new Set(['FIN']));
    const ids = texts.map((_, index) => index + 1);
    expect(everythingIn(dir)).toStrictEqual(ids.map((id) => `${id}.file`).toSorted());
    expect(ids.map(file).toSorted()).toStrictEqual(texts.toSorted());
    program.kill('SIGTERM');
    expect(await program.ended).toStrictEqual(DONE);
  });

  it.each([
    ['077', [], 0o600],
    ['0', [], 0o600],
    ['077', ['--mode', '0640'], 0o640],
  ])('sets the mode of its files regardless of the umask: %s %j', async (umask, args, mode) => {
    const { port, dir, published } = await startServer(args, { umask });
    expect(await drop(port, 'saved')).toBe('FIN');
    const { socket } = await dial(port);
    socket.write('lost');
    await until(() => readdirSync(dir).length === 2);
    socket.resetAndDestroy();
    await published(2);
    const modes = ['1.file', '2.file'].map((name) => statSync(join(dir, name)).mode & 0o7777);
    expect(modes).toStrictEqual([mode, mode]);
  });

  it('aborts only the sender that is silent for --idle-timeout (S6, S7)', async () => {
    const { port, dir, file } = await startServer(['--idle-timeout', '1s']);
    const [busy, mute, cut] = [await dial(port), await dial(port), await dial(port)];
    cut.socket.write('half a file');
    await until(() => {
      busy.socket.write('.');
      return mute.socket.errored && cut.socket.errored;
    });
    expect(await verdictsOn([mute, cut])).toStrictEqual(['RST', 'RST']);
    busy.socket.end('!');
    expect(await busy.verdict).toBe('FIN');
    expect(everythingIn(dir)).toStrictEqual(['1.file', '2.file', '3.file']);
    expect([1, 2, 3].map(file)).toStrictEqual([expect.stringMatching(/^\.+!$/), 'ERROR', 'ERROR']);
  });

  it('treats silence as the end with --on-idle keep', async () => {
    const { port, file } = await startServer(['--idle-timeout', '1s', '--on-idle', 'keep']);
    const { socket, verdict } = await dial(port);
    socket.write('all there is');
    expect(await verdict).toBe('FIN');
    expect(file(1)).toBe('all there is');
  });

  it('refuses a file of more than --max-size bytes', async () => {
    const { port, dir, file } = await startServer(['--max-size', '10']);
    expect(await drop(port, '0123456789')).toBe('FIN');
    expect(await drop(port, '0123456789a')).toBe('RST');
    expect(everythingIn(dir)).toStrictEqual(['1.file', '2.file']);
    expect([1, 2].map(file)).toStrictEqual(['0123456789', 'ERROR']);
  });

  it('aborts a sender that is slower than --min-rate', async () => {
    const { port, file } = await startServer(['--min-rate', '1MiB', '--idle-timeout', '0']);
    const { socket, verdict } = await dial(port);
    socket.write('x');
    const trickle = setInterval(() => socket.write('x'), 500);
    afterSpec(() => {
      clearInterval(trickle);
    });
    expect(await verdict).toBe('RST');
    expect(file(1)).toBe('ERROR');
  });

  it('aborts a transfer that takes longer than --max-duration', async () => {
    const { port, file } = await startServer(['--max-duration', '300ms']);
    const { socket, verdict } = await dial(port);
    socket.write('x');
    expect(await verdict).toBe('RST');
    expect(file(1)).toBe('ERROR');
  });

  it('refuses more than --max-connections with RST, uncounted, and reports it (S11)', async () => {
    const { program, port, dir, file } = await startServer(['--max-connections', '2']);
    const first = await dial(port);
    await dial(port);
    const { verdict } = await dial(port);
    expect(await verdict).toBe('RST');
    first.socket.end('one');
    expect(await first.verdict).toBe('FIN');
    expect(await drop(port, 'three')).toBe('FIN');
    expect(file(3)).toBe('three');
    program.kill('SIGTERM');
    expect((await program.ended).stderr).toMatch(/^WARNING: refused .*: too many connections/);
    expect(everythingIn(dir)).toStrictEqual(['1.file', '2.file', '3.file']);
  });

  it('admits as many connections as the open-files limit allows, and refuses the others (S11)', async () => {
    const { program, port, dir } = await startServer([], { openFiles: 64 });
    const peers = await Promise.all(Array.from({ length: 100 }, () => dial(port)));
    // No sender ends before one is refused, so all of them are connected at once.
    await Promise.race(peers.map(({ verdict }) => verdict));
    const verdicts = await Promise.all(
      peers.map(({ socket, verdict }) => {
        socket.end('x');
        return verdict;
      }),
    );
    program.kill('SIGTERM');
    expect((await program.ended).stderr).toMatch(/^WARNING: refused/);
    const saved = verdicts.filter((verdict) => verdict === 'FIN');
    expect(saved.length).toBeGreaterThan(10);
    expect(everythingIn(dir).map((name) => readFileSync(join(dir, name), 'utf8'))).toStrictEqual(
      saved.map(() => 'x'),
    );
  });

  it('refuses the addresses of --deny without a message', async () => {
    const { program, port, dir } = await startServer(['--deny', '127.0.0.0/8']);
    const { verdict } = await dial(port);
    expect(await verdict).toBe('RST');
    program.kill('SIGTERM');
    expect(await program.ended).toStrictEqual(DONE);
    expect(everythingIn(dir)).toStrictEqual([]);
  });

  it('saves no file if less than --min-free is free, and reports it (S11)', async () => {
    const { program, port, file } = await startServer(['--min-free', '1000TiB']);
    expect(await drop(port, 'x')).toBe('RST');
    expect(file(1)).toBe('ERROR');
    program.kill('SIGTERM');
    expect((await program.ended).stderr).toMatch(/^WARNING: 1.file from .*: less than/);
  });

  it('answers each file with a --receipt, and nothing else', async () => {
    const { port } = await startServer(['--receipt']);
    const { socket, verdict } = await dial(port);
    const answer: Buffer[] = [];
    socket.on('data', (chunk) => answer.push(chunk));
    socket.end('abc');
    expect(await verdict).toBe('FIN');
    expect(Buffer.concat(answer).toString()).toBe(
      'OK 1 3 ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\n',
    );
  });

  it('discards the data of a sender that resets (S7)', async () => {
    const running = await startServer();
    const { dir, file } = running;
    const [peer] = await transfers(running, 1);
    peer?.socket.resetAndDestroy();
    // For a moment, the temporary file exists beside its final name.
    await until(() => everythingIn(dir).join() === '1.file');
    expect(file(1)).toBe('ERROR');
  });

  it('keeps the files of an earlier run as backups (S12)', async () => {
    const dir = directory();
    writeFileSync(join(dir, '1.file'), 'of an earlier run');
    const { port, file } = await startServer([], { dir });
    expect(await drop(port, 'of this run')).toBe('FIN');
    expect(everythingIn(dir)).toStrictEqual(['1.file', '1.file.~1~']);
    expect(file(1)).toBe('of this run');
    expect(readFileSync(join(dir, '1.file.~1~'), 'utf8')).toBe('of an earlier run');
  });

  it('continues after the highest number with --continue (S12)', async () => {
    const dir = directory();
    for (const name of ['9.file', '10.file', '12.txt']) writeFileSync(join(dir, name), 'old');
    const { port, file } = await startServer(['--continue'], { dir });
    expect(await drop(port, 'new')).toBe('FIN');
    expect(everythingIn(dir)).toStrictEqual(['10.file', '11.file', '12.txt', '9.file']);
    expect([9, 10, 11].map(file)).toStrictEqual(['old', 'old', 'new']);
  });

  it('saves files with --fsync', async () => {
    const { port, dir, file } = await startServer(['--fsync']);
    expect(await drop(port, 'on disk')).toBe('FIN');
    expect(everythingIn(dir)).toStrictEqual(['1.file']);
    expect(file(1)).toBe('on disk');
  });

  it('prints nothing into pipes, whatever happens to transfers (S11)', async () => {
    const running = await startServer(['--verbose', '--max-size', '1KiB']);
    const { program, port } = running;
    await transfers(running, 1);
    expect(await drop(port, 'saved')).toBe('FIN');
    expect(await drop(port, '.'.repeat(2_000))).toBe('RST');
    program.kill('SIGTERM');
    expect(await program.ended).toStrictEqual(DONE);
  });

  it('warns about its own problems, and continues when they are over (S11)', async () => {
    const { program, port, dir, file } = await startServer();
    expect(await drop(port, 'before')).toBe('FIN');
    rmSync(dir, { recursive: true });
    expect(await drop(port, 'meanwhile')).toBe('RST');
    mkdirSync(dir);
    expect(await drop(port, 'after')).toBe('FIN');
    expect(everythingIn(dir)).toStrictEqual(['3.file']);
    expect(file(3)).toBe('after');
    program.kill('SIGTERM');
    const { stderr, ...end } = await program.ended;
    expect(end).toStrictEqual({ status: 0, signal: null, stdout: '' });
    expect(stderr).toMatch(/^(WARNING: 2\.file .*: no such file or directory[^\n]*\n)+$/);
  });

  it('is not blocked by pipes that nobody reads (S11)', async () => {
    const pipes = directory();
    const [stdout, stderr] = [pipe(join(pipes, 'stdout')), pipe(join(pipes, 'stderr'))];
    fill(stdout);
    fill(stderr);
    const { program, port, dir, file } = await startServer(['--verbose'], {
      stdio: ['ignore', stdout.writer, stderr.writer],
    });
    expect(await drop(port, 'before')).toBe('FIN');
    rmSync(dir, { recursive: true });
    expect(await drop(port, 'meanwhile, with a warning')).toBe('RST');
    mkdirSync(dir);
    expect(await drop(port, 'after')).toBe('FIN');
    expect(file(3)).toBe('after');
    program.kill('SIGTERM');
    expect(await program.ended).toStrictEqual(DONE);
  });

  it('fails to start even if nobody reads the message (S11)', async () => {
    const stderr = pipe(join(directory(), 'stderr'));
    fill(stderr);
    const { ended } = run('rxdrop-server', ['abc', 'inbox'], {
      stdio: ['ignore', 'pipe', stderr.writer],
    });
    expect(await ended).toStrictEqual({ ...DONE, status: 64 });
  });

  it.each([
    ['--help', 'Usage: rxdrop-server <PORT> <FILE-DIR> [options]\n'],
    ['--version', `${manifest.version}\n`],
  ])('prints %s, and nothing else', async (option, words) => {
    const { stdout, ...end } = await run('rxdrop-server', [option]).ended;
    expect(end).toStrictEqual({ status: 0, signal: null, stderr: '' });
    expect(stdout.startsWith(words)).toBe(true);
  });
});
