import { existsSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { bundled } from '../support/bundled.js';
import { startLibraryServer } from '../support/libraryServer.js';
import { cleanUp, directory, drop, freePort, afterSpec, pipe, until } from '../support/programs.js';
import { program, terminal } from '../support/terminal.js';

/** A directory with a FIFO in it that a client reads. */
function withFifo() {
  const cwd = directory();
  return { cwd, fifo: pipe(join(cwd, 'fifo')) };
}

const client = (port: number, args: string): string =>
  program('rxdrop-client', `127.0.0.1 ${port} ${args}`);

describe('a terminal', () => {
  afterEach(cleanUp);

  it('is input of the client up to Ctrl-D (C7)', async () => {
    const { port, file } = await startLibraryServer();
    const { type, ended } = terminal(client(port, '-'));
    type('typed\n\x04');
    expect(await ended).toBe(0);
    expect(file(1)).toBe('typed\n');
  });

  it('leaves no descriptor open after it is read', async () => {
    const cwd = directory();
    const [path = ''] = await bundled(`
      import { writeFileSync } from 'node:fs';
      import { isatty } from 'node:tty';
      import { openFile } from './src/node/openFile.ts';
      const count = () => Array.from({ length: 200 }, (_, fd) => fd).filter((fd) => isatty(fd)).length;
      // Node opens the terminal for its own streams.
      const before = [process.stdout, process.stderr, count()][2];
      openFile('-').subscribe().unsubscribe();
      openFile('/dev/tty').subscribe().unsubscribe();
      setImmediate(() => { writeFileSync('left', String(count() - before)); });`);
    expect(await terminal(`'${process.execPath}' '${path}'`, { cwd }).ended).toBe(0);
    expect(readFileSync(join(cwd, 'left'), 'utf8')).toBe('0');
  });

  it('keeps typed text for the next reader (C1)', async () => {
    const { port, file } = await startLibraryServer();
    const cwd = directory();
    const command = `${client(port, '-')}; read -r next; printf %s "$next" > next`;
    const { type, ended } = terminal(command, { cwd });
    type('typed\n\x04for the shell\n');
    expect(await ended).toBe(0);
    expect(file(1)).toBe('typed\n');
    expect(readFileSync(join(cwd, 'next'), 'utf8')).toBe('for the shell');
  });

  it.each(['bar', 'plain'])(
    'blocks no transfer if it accepts no output (Ctrl-S), with --progress %s (C8)',
    async (progress) => {
      const { port, file, event } = await startLibraryServer();
      const { cwd, fifo } = withFifo();
      const command = `read -r go; ${client(port, `fifo --progress ${progress}`)}`;
      const { type, ended } = terminal(command, { cwd });
      type('\x13go\n');
      await event('opened');
      fifo.write('a text');
      fifo.stopWriting();
      fifo.stopReading();
      await event('received');
      expect(file(1)).toBe('a text');
      expect(await ended).toBe(0);
    },
  );

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('blocks no signal if it accepts no output: %s (C8)', async (signal, status) => {
    const { port, file, event } = await startLibraryServer();
    const { cwd } = withFifo();
    const { kill, type, ended } = terminal(`read -r go; exec ${client(port, 'fifo')}`, { cwd });
    type('\x13go\n');
    await event('opened');
    await kill(signal);
    expect(await ended).toBe(status);
    await event('failed');
    expect(file(1)).toBe('ERROR');
  });

  it('keeps its modes while a bar is shown, so Ctrl-Z leaves it as it was (C8)', async () => {
    const { port } = await startLibraryServer();
    const { cwd, fifo } = withFifo();
    const { shown, ended } = terminal(client(port, 'fifo missing'), { cwd });
    await until(() => shown().includes('0 B'));
    writeSync(fifo.writer, 'a text');
    fifo.stopWriting();
    fifo.stopReading();
    expect(await ended).toBe(66);
    expect(shown()).toMatch(/\x1b\[\dA\x1b\[J/);
    expect(shown().replaceAll(/\x1b\[(\d+A|J)/g, '')).not.toContain('\x1b');
    expect(shown()).toMatch(/\x1b\[Jfifo {2}6 B in .*saved\r?$/m);
    expect(shown()).toMatch(/ERROR: cannot open missing: no such file or directory\r?$/m);
  });

  it('shows a bar that is no wider than it', async () => {
    const { port } = await startLibraryServer();
    const { cwd, fifo } = withFifo();
    const { shown, ended } = terminal(`stty cols 20; ${client(port, 'fifo')}`, { cwd });
    await until(() => shown().includes('fifo  0 B  0 B/s'));
    fifo.stopWriting();
    fifo.stopReading();
    expect(await ended).toBe(0);
    const bars = shown().split(/\r?\n|\x1b\[\d+A\x1b\[J/);
    expect(bars.filter((line) => line.length >= 20 && !line.includes('saved'))).toStrictEqual([]);
  });

  it('shows the help in its columns', async () => {
    const { shown, ended } = terminal(
      `stty cols 50; ${program('rxdrop-client', '--help')}; ${program('rxdrop-server', '--help=all')}`,
    );
    expect(await ended).toBe(0);
    const columns = shown()
      .split('\r\n')
      .map(({ length }) => length);
    expect(Math.max(...columns)).toBeLessThanOrEqual(50);
    expect(Math.max(...columns)).toBeGreaterThan(40);
  });

  it.each(['dumb', ''])('shows only lines if TERM is %j (C8)', async (term) => {
    const { port } = await startLibraryServer();
    const cwd = directory();
    writeFileSync(join(cwd, 'a.bin'), 'text');
    const { shown, ended } = terminal(client(port, 'a.bin'), { cwd, term });
    expect(await ended).toBe(0);
    expect(shown()).toMatch(/^a\.bin {2}4 B in [^\x1b]*saved\r\n$/);
  });

  it.each(['', '> out', '> out 2> err', '2> err < /dev/null', '> out < /dev/null'])(
    'ends the server with status 0 by SIGHUP, if it is one of its streams: %s (S3)',
    async (streams) => {
      const [port, cwd] = [await freePort(), directory()];
      const command = `exec ${program('rxdrop-server', `${port} inbox`)} ${streams}`;
      const { kill, ended } = terminal(command, { cwd });
      expect(await drop(port, 'saved')).toBe('FIN');
      await kill('SIGHUP');
      expect(await ended).toBe(0);
      expect(readFileSync(join(cwd, 'inbox', '1.file'), 'utf8')).toBe('saved');
    },
  );

  it('does not end a server that nohup protects (S3)', async () => {
    const [port, cwd] = [await freePort(), directory()];
    const command = `nohup ${program('rxdrop-server', `${port} inbox`)} & echo $! > server; wait`;
    const { close } = terminal(command, { cwd });
    afterSpec(() => process.kill(Number(readFileSync(join(cwd, 'server'), 'utf8')), 'SIGKILL'));
    expect(await drop(port, 'before')).toBe('FIN');
    await close();
    expect(await drop(port, 'after')).toBe('FIN');
    expect(existsSync(join(cwd, 'inbox', '2.file'))).toBe(true);
  });
});
