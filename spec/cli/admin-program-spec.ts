import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { filter } from 'rxjs';
import {
  cleanUp,
  dial,
  directory,
  DONE,
  drop,
  freePort,
  receiver,
  tryToDial,
  until,
} from '../support/programs.js';
import { first } from '../support/outcome.js';
import { startServer } from '../support/servers.js';
import { messages } from '../support/serverSentEvents.js';
import { program, terminal } from '../support/terminal.js';

afterEach(cleanUp);

async function server(...args: readonly (string | number)[]) {
  const adminPort = await freePort();
  const running = await startServer(['--admin-port', adminPort, ...args]);
  return { ...running, url: (page: string) => `http://127.0.0.1:${adminPort}${page}` };
}

const listening = (port: number) => until(() => tryToDial(port));

describe('rxdrop-server --admin-port', () => {
  it('shows its page, its metrics and its events', async () => {
    const { port, url, program } = await server();
    expect(await drop(port, 'hello')).toBe('FIN');
    const page = await (await fetch(url('/'))).text();
    expect(page).toMatch(/^<!doctype html>/);
    expect(/ src=|(?:href=|url\()["']?(?:https?:)?\/\//.test(page)).toBe(false);
    expect(await (await fetch(url('/metrics'))).text()).toContain(
      'rxdrop_received_files_total 1\n',
    );
    expect(await first(messages(url('/events')))).toMatchObject({
      server: { phase: 'listening', port },
      files: [{ file: '1.file', bytes: 5 }],
    });
    program.kill('SIGTERM');
    expect(await program.ended).toStrictEqual(DONE);
  });

  it('prints its URL on a terminal, with the port that the system has selected', async () => {
    const command = `exec ${program('rxdrop-server', `${await freePort()} inbox --admin-port 0`)}`;
    const { shown, kill, ended } = terminal(command, { cwd: directory() });
    await until(() => shown().includes('live page'));
    const { url = '' } = /^live page at (?<url>.*)\r$/m.exec(shown())?.groups ?? {};
    expect(await (await fetch(`${url}livez`)).text()).toBe('alive\n');
    await kill('SIGTERM');
    expect(await ended).toBe(0);
  });

  it('prints no token, and nothing with --quiet', async () => {
    const cwd = directory();
    writeFileSync(join(cwd, 'token'), 'secret\n');
    const server = async (args: string) =>
      program('rxdrop-server', `${await freePort()} inbox --admin-port 0 --once ${args}`);
    const withToken = terminal(`exec ${await server('--admin-token-file token')}`, { cwd });
    await until(() => withToken.shown().includes('live page'));
    expect(withToken.shown()).toMatch(/:\d+\/\?token=TOKEN, with the TOKEN of token\r\n$/);
    await withToken.kill('SIGTERM');
    await withToken.ended;
    const quiet = terminal(`${await server('--quiet')} --exit-idle 10ms`, { cwd });
    await quiet.ended;
    expect(quiet.shown()).toBe('');
  });

  it('describes why a transfer failed', async () => {
    const { port, url } = await server('--idle-timeout', '100ms');
    await listening(port);
    const failed$ = messages(url('/events')).pipe(
      filter((change) => JSON.stringify(change).includes('IDLE')),
    );
    expect(await first(failed$)).toMatchObject({
      failures: [{ reason: 'IDLE', why: 'no data for 100 ms' }],
    });
  });

  it('is not ready while FILE-DIR is full', async () => {
    const { port, url, dir } = await server('--max-files', '1');
    expect(await drop(port, 'hello')).toBe('FIN');
    const readiness = async () => await (await fetch(url('/readyz'))).text();
    await until(async () => (await readiness()) === 'the directory is full (--max-files)\n');
    rmSync(join(dir, '1.file'));
    await until(async () => (await readiness()) === 'ready\n');
  });

  it('is not ready while it refuses all but the transfer of --once', async () => {
    const { port, url } = await server('--once');
    const { socket } = await dial(port);
    const readiness = async () => await (await fetch(url('/readyz'))).text();
    await until(async () => (await readiness()) !== 'ready\n');
    expect(await readiness()).toBe('no more files are wanted (--count, --once)\n');
    socket.destroy();
  });

  it('fails to start if the admin port is in use, and leaves nothing (S2)', async () => {
    const taken = await receiver(() => undefined);
    const { program, dir } = await startServer(['--admin-port', taken]);
    expect(await program.ended).toStrictEqual({
      ...{ status: 69, signal: null, stdout: '' },
      stderr: `ERROR: cannot listen on 127.0.0.1 port ${taken}: address already in use\n`,
    });
    expect(existsSync(dir)).toBe(false);
  });

  it.each([
    ['is missing', undefined, 66, /^ERROR: cannot open .*token: no such file or directory\n$/],
    ['is empty', '\n', 64, /^ERROR: .*token has no token: .*\n$/],
  ])('fails to start if the token file %s (S2)', async (_, content, status, stderr) => {
    const token = join(directory(), 'token');
    if (content !== undefined) writeFileSync(token, content);
    const { program, dir } = await server('--admin-token-file', token);
    const ended = await program.ended;
    expect(ended).toMatchObject({ status, stdout: '' });
    expect(ended.stderr).toMatch(stderr);
    expect(existsSync(dir)).toBe(false);
  });

  it('serves metrics only with the token of the file', async () => {
    const token = join(directory(), 'token');
    writeFileSync(token, 'secret\n');
    const { url, port } = await server('--admin-token-file', token);
    await listening(port);
    expect((await fetch(url('/metrics'))).status).toBe(401);
    const headers = { authorization: 'Bearer secret' };
    expect((await fetch(url('/metrics'), { headers })).status).toBe(200);
  });
});
