import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  cleanUp,
  dial,
  directory,
  DONE,
  drop,
  everythingIn,
  freePort,
  tryToDial,
  until,
} from '../support/programs.js';
import { startServer } from '../support/servers.js';
import { program, terminal } from '../support/terminal.js';

const warningOf = (stderr: string) => stderr.replace(/127\.0\.0\.1:\d+/g, 'PEER');

const REFUSED = 'WARNING: refused PEER: no more files are wanted (--count, --once)\n';

describe('rxdrop-server --count', () => {
  afterEach(cleanUp);

  it('ends with status 0 once that many files are saved', async () => {
    const { program, port, dir } = await startServer(['--count', '2']);
    expect(await drop(port, 'one')).toBe('FIN');
    const reset = await dial(port);
    reset.socket.write('never whole');
    await until(() => everythingIn(dir).length === 2);
    reset.socket.resetAndDestroy();
    await until(() => everythingIn(dir).join() === '1.file,2.file');
    expect(program.running).toBe(true);
    expect(await drop(port, 'three')).toBe('FIN');
    expect(await program.ended).toStrictEqual(DONE);
    const texts = everythingIn(dir).map((name) => readFileSync(join(dir, name), 'utf8'));
    expect(texts).toStrictEqual(['one', 'ERROR', 'three']);
  });

  it('ends with status 0 by a signal before that (S3)', async () => {
    const { program, port } = await startServer(['--count', '2']);
    await drop(port, 'one');
    program.kill('SIGTERM');
    expect(await program.ended).toStrictEqual(DONE);
  });
});

describe('rxdrop-server --once', () => {
  afterEach(cleanUp);

  it('saves one file and ends with status 0, so a script can continue with &&', async () => {
    const dir = join(directory(), 'inbox');
    const script = { before: 'command', after: `&& cat ${dir}/1.file` };
    const { program, port } = await startServer(['--once'], { dir, ...script });
    expect(await drop(port, 'the one file')).toBe('FIN');
    expect(await program.ended).toStrictEqual({ ...DONE, stdout: 'the one file' });
    expect(await tryToDial(port)).toBeUndefined();
  });

  it('ends with status 1 if the transfer fails', async () => {
    const { program, port, dir } = await startServer(['--once', '--max-size', '3']);
    expect(await drop(port, 'more than that')).toBe('RST');
    expect(await program.ended).toStrictEqual({ ...DONE, status: 1 });
    expect(readFileSync(join(dir, '1.file'), 'utf8')).toBe('ERROR');
  });

  it('refuses a second connection, which gets no number, and reports that', async () => {
    const { program, port, dir } = await startServer(['--once']);
    const { socket, verdict } = await dial(port);
    socket.write('first');
    const second = await dial(port);
    expect(await second.verdict).toBe('RST');
    socket.end();
    expect(await verdict).toBe('FIN');
    const { stderr, ...end } = await program.ended;
    expect({ ...end, stderr: warningOf(stderr) }).toStrictEqual({ ...DONE, stderr: REFUSED });
    expect(everythingIn(dir)).toStrictEqual(['1.file']);
  });

  it('ends with status 1 by a signal during the transfer', async () => {
    const { program, port, dir } = await startServer(['--once']);
    (await dial(port)).socket.write('half');
    await until(() => everythingIn(dir).length === 1);
    program.kill('SIGTERM');
    expect(await program.ended).toStrictEqual({ ...DONE, status: 1 });
  });

  it('ends with status 1 by a signal before the transfer, because no file is saved', async () => {
    const { program, port } = await startServer(['--once', '--deny', '127.0.0.1']);
    expect(await (await dial(port)).verdict).toBe('RST');
    program.kill('SIGTERM');
    expect(await program.ended).toStrictEqual({ ...DONE, status: 1 });
  });
});

describe('rxdrop-server --exit-idle', () => {
  afterEach(cleanUp);

  it('ends with status 0 after a time without a connection', async () => {
    const { program } = await startServer(['--exit-idle', '300ms']);
    expect(await program.ended).toStrictEqual(DONE);
  });
});

describe('--drain on a terminal', () => {
  afterEach(cleanUp);

  it('prints what the server waits for, over the ^C that the terminal shows (S3)', async () => {
    const port = await freePort();
    const command = `exec ${program('rxdrop-server', `${port} inbox --drain 1m`)}`;
    const { shown, type, ended } = terminal(command, { cwd: directory() });
    const { socket } = await dial(port);
    await until(() => shown().includes('listening'));
    type('\x03');
    await until(() => shown().includes('stopping'));
    expect(shown()).toContain(
      '^C\rstopping within 1 min: waiting for 1 transfer; a second signal ends them\r\n',
    );
    socket.end();
    expect(await ended).toBe(0);
  });
});
