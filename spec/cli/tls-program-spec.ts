import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect as secure, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { pem, pemPath } from '../support/certificates.js';
import {
  cleanUp,
  dial,
  directory,
  DONE,
  type Ended,
  everythingIn,
  freePort,
  later,
  receiver,
  run,
  until,
} from '../support/programs.js';
import { parting } from '../support/loopback.js';
import { MiB, sample } from '../support/sample.js';

const SERVER = ['--tls-cert', pemPath('server'), '--tls-key', pemPath('server.key')];
const MUTUAL = [...SERVER, '--tls-ca', pemPath('ca')];
const TRUSTING = ['--tls', '--tls-ca', pemPath('ca')];
const own = (name: string) => ['--tls-cert', pemPath(name), '--tls-key', pemPath(`${name}.key`)];

/** A server that listens. */
async function server(args: readonly string[] = SERVER) {
  const dir = join(directory(), 'inbox');
  const port = await freePort();
  const program = run('rxdrop-server', [port, dir, ...args]);
  const { socket } = await dial(port);
  socket.destroy();
  return { program, port, dir, file: (id: number) => readFileSync(join(dir, `${id}.file`)) };
}

const fileOf = (content: string | Buffer): string => {
  const path = join(directory(), 'a.bin');
  writeFileSync(path, content);
  return path;
};

const send = (
  port: number,
  file: string,
  args: readonly string[] = TRUSTING,
  host = 'localhost',
): Promise<Ended> => run('rxdrop-client', [host, port, file, ...args]).ended;

const failing = (status: number, line: RegExp) => ({
  status,
  stdout: '',
  stderr: expect.stringMatching(new RegExp(`^ERROR: ${line.source}\\n$`)) as string,
});

/** A client of Node's own, and the TCP socket it stands on. */
async function tlsPeer(port: number, options: ConnectionOptions = {}) {
  const { socket, verdict } = await dial(port);
  const tls: TLSSocket = secure({ socket, servername: 'localhost', ca: pem('ca'), ...options });
  later(() => tls.destroy());
  return { tcp: socket, tls: tls.on('error', () => undefined), verdict };
}

describe('the programs, with TLS', () => {
  afterEach(cleanUp);

  it('move a file of 50 MiB, byte for byte', async () => {
    const { port, file } = await server();
    const content = sample(50 * MiB);
    expect(await send(port, fileOf(content))).toStrictEqual(DONE);
    expect(file(1).equals(content)).toBe(true);
  });

  it('move an empty file, to an address as to a name', async () => {
    const { port, file } = await server();
    expect(await send(port, fileOf(''), TRUSTING, '127.0.0.1')).toStrictEqual(DONE);
    expect(file(1)).toHaveLength(0);
  });

  it('prove themselves to each other', async () => {
    const { port, file } = await server(MUTUAL);
    expect(await send(port, fileOf('mutual'), [...TRUSTING, ...own('client')])).toStrictEqual(DONE);
    expect(String(file(1))).toBe('mutual');
  });

  it.each([
    ['of an authority that it does not know', ['--tls', '--tls-ca', pemPath('other-ca')]],
    ['of an authority that Node does not know', ['--tls']],
    ['for another name', [...TRUSTING, '--tls-servername', 'example.org']],
  ])('do not send to a server with a certificate %s', async (_, args) => {
    const { port, dir } = await server();
    expect(await send(port, fileOf('a'), args)).toMatchObject(failing(69, /TLS failed: [^\n]+/));
    expect(everythingIn(dir)).toStrictEqual([]);
  });

  it('do not send to a server whose certificate has expired', async () => {
    const { port, dir } = await server(own('expired'));
    expect(await send(port, fileOf('a'))).toMatchObject(
      failing(69, /TLS failed: certificate has expired/),
    );
    expect(everythingIn(dir)).toStrictEqual([]);
  });

  it.each([
    ['without TLS', []],
    ['without a certificate', TRUSTING],
    ['with one of another authority', [...TRUSTING, ...own('other-client')]],
    ['with one that has expired', [...TRUSTING, ...own('expired-client')]],
  ])('take nothing from a client %s, which has no number', async (_, args) => {
    const { program, port, dir, file } = await server(MUTUAL);
    const huge = fileOf('');
    truncateSync(huge, 8 * MiB);
    expect(await send(port, huge, args)).toMatchObject(failing(69, /[^\n]+/));
    expect(everythingIn(dir)).toStrictEqual([]);
    expect(await send(port, fileOf('next'), [...TRUSTING, ...own('client')])).toStrictEqual(DONE);
    expect(String(file(1))).toBe('next');
    program.kill('SIGTERM');
    expect(await program.ended).toStrictEqual({
      ...DONE,
      stderr: expect.stringMatching(/^(WARNING: refused [^\n]+: TLS failed: [^\n]+\n)+$/) as string,
    });
  });

  it.each(['plain', '\x16\x03\x01\x00\x05garbage'])(
    'refuse who sends %j with an RST',
    async (text) => {
      const { port, dir } = await server();
      const { socket } = await dial(port);
      const parted = parting(socket);
      socket.write(text);
      expect(await parted).toBe('RST');
      expect(everythingIn(dir)).toStrictEqual([]);
    },
  );

  it('refuse who does not shake hands within the idle timeout', async () => {
    const { port, dir } = await server([...SERVER, '--idle-timeout', '200ms']);
    const { verdict } = await dial(port);
    expect(await verdict).toBe('RST');
    expect(everythingIn(dir)).toStrictEqual([]);
  });

  it('take a stream that is cut off for an error (S7)', async () => {
    const { port, file } = await server();
    const { tcp, tls } = await tlsPeer(port);
    await new Promise((written) => tls.write('half', written));
    tcp.end();
    await until(() => {
      try {
        return String(file(1)) === 'ERROR';
      } catch {
        return false;
      }
    });
    expect(String(file(1))).toBe('ERROR');
  });

  it('do not take a server that goes away in the midst of it for one that has saved', async () => {
    const { createServer } = await import('node:tls');
    const tlsServer = createServer({ cert: pem('server'), key: pem('server.key') });
    const port = await receiver((tcp) => {
      tlsServer.once('secureConnection', (socket) => {
        socket.on('error', () => undefined).resume();
        socket.once('data', () => tcp.end());
      });
      tlsServer.emit('connection', tcp);
    });
    expect(await send(port, fileOf('a'))).toMatchObject(
      failing(69, /TLS failed: cut off without close_notify/),
    );
  });

  it.each([
    [
      'missing',
      ['--tls-cert', '/nowhere/a.pem', '--tls-key', '/nowhere/a.key'],
      66,
      /cannot open \/nowhere\/a.pem: [^\n]+/,
    ],
    [
      'no pair',
      ['--tls-cert', pemPath('server'), '--tls-key', pemPath('client.key')],
      64,
      /[^\n]+ key values mismatch/,
    ],
    ['no PEM', ['--tls-cert', 'package.json', '--tls-key', 'package.json'], 64, /[^\n]+/],
    ['of no authority', [...SERVER, '--tls-ca', 'package.json'], 64, /[^\n]+/],
  ])(
    'end with one line where the files are %s, and leave nothing behind',
    async (_, args, status, line) => {
      const dir = directory();
      const { ended } = run('rxdrop-server', [await freePort(), join(dir, 'inbox'), ...args]);
      expect(await ended).toMatchObject(failing(status, line));
      expect(everythingIn(dir)).toStrictEqual([]);
      const sending = send(9, fileOf('a'), ['--tls', ...args]);
      expect(await sending).toMatchObject(failing(status, line));
    },
  );
});
