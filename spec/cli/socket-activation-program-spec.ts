import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type ListenOptions, type Server } from 'node:net';
import { join } from 'node:path';
import {
  cleanUp,
  dial,
  directory,
  everythingIn,
  afterSpec,
  run,
  until,
} from '../support/programs.js';

/** A listening socket of ours, whose descriptor the server inherits. */
async function listening(where: ListenOptions = { port: 0, host: '127.0.0.1' }): Promise<Server> {
  const server = createServer().listen(where);
  await once(server, 'listening');
  afterSpec(() => server.close());
  return server;
}

const descriptorOf = (server: Server): number =>
  (server as unknown as { _handle: { fd: number } })._handle.fd;

/** Starts the server as systemd does: with sockets from descriptor 3 on. */
const activated = (cwd: string, args: readonly string[], sockets: readonly Server[]) =>
  run('rxdrop-server', ['-', ...args], {
    cwd,
    stdio: ['pipe', 'pipe', 'pipe', ...sockets.map(descriptorOf)],
    before: `LISTEN_FDS=${sockets.length} LISTEN_FDNAMES=rxdrop LISTEN_PID=$$ exec`,
  });

describe('PORT -', () => {
  afterEach(cleanUp);

  it('is the socket that was passed (S1), which is not passed on', async () => {
    const socket = await listening();
    const { port } = socket.address() as { port: number };
    const cwd = directory();
    const command = 'env > env; { true >&3; } 2>/dev/null && touch passed-on; touch done';
    const server = activated(cwd, ['inbox', '--exec', command], [socket]);
    // From here on, only the server has it. A connection waits in its queue until the server accepts it.
    socket.close();
    const peer = await dial(port);
    peer.socket.end('abc');
    expect(await peer.verdict).toBe('FIN');
    expect(readFileSync(join(cwd, 'inbox', '1.file'), 'utf8')).toBe('abc');
    await until(() => everythingIn(cwd).includes('done'));
    expect(everythingIn(cwd)).not.toContain('passed-on');
    expect(readFileSync(join(cwd, 'env'), 'utf8')).not.toContain('LISTEN_');
    server.kill('SIGTERM');
    expect((await server.ended).status).toBe(0);
  });

  it('rejects a UNIX socket in one line (S2)', async () => {
    const cwd = directory();
    const socket = await listening({ path: join(cwd, 'socket') });
    const { status, stderr } = await activated(cwd, ['inbox'], [socket]).ended;
    expect(stderr).toBe(
      'ERROR: cannot listen on the socket that was passed: it is not a TCP socket\n',
    );
    expect(status).toBe(69);
    expect(everythingIn(cwd)).toStrictEqual(['socket']);
  });

  it.each([
    ['no socket', 0, [], 'passed no socket to this process'],
    ['two sockets', 2, [], 'passed 2 sockets: expected one'],
    ['a host', 1, ['--host', '127.0.0.1'], '--host: PORT - is a socket'],
  ])('rejects %s in one line (S2)', async (_, count, args, line) => {
    const cwd = directory();
    const sockets = await Promise.all(Array.from({ length: count }, () => listening()));
    const { status, stderr } = await activated(cwd, ['inbox', ...args], sockets).ended;
    expect(stderr).toMatch(/^ERROR: .*\n$/);
    expect(stderr).toContain(line);
    expect(status).toBe(64);
    expect(everythingIn(cwd)).toStrictEqual([]);
  });
});
