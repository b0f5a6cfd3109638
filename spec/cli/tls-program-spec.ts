import { once } from 'node:events';
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { connect as secure, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { pem, pemPath } from '../support/certificates.js';
import {
  cleanUp,
  dial,
  directory,
  DONE,
  type Ended,
  endedBy,
  everythingIn,
  freePort,
  afterSpec,
  receiver,
  run,
  runNode,
  type RunOptions,
  until,
} from '../support/programs.js';
import { startServer } from '../support/servers.js';
import { parting } from '../support/loopback.js';
import { MiB, sample } from '../support/sample.js';

const SERVER = ['--tls-cert', pemPath('server'), '--tls-key', pemPath('server.key')];
const MUTUAL = [...SERVER, '--tls-ca', pemPath('ca')];
const TRUSTING = ['--tls', '--tls-ca', pemPath('ca')];
const own = (name: string) => ['--tls-cert', pemPath(name), '--tls-key', pemPath(`${name}.key`)];

/**
 * A server that listens. It has one address: on a busy machine a handshake takes longer than 250 ms, and then the
 * client would begin another one with the second address of `localhost`.
 */
async function server(args: readonly string[] = SERVER, options: RunOptions = {}) {
  const running = await startServer(['--host', '127.0.0.1', ...args], options);
  const { socket } = await dial(running.port);
  socket.destroy();
  return { ...running, file: (id: number) => readFileSync(join(running.dir, `${id}.file`)) };
}

/** Makes a program report, as it ends, whether it has loaded TLS. */
const REPORTING = `data:text/javascript,${encodeURIComponent(`
  import { writeSync } from 'node:fs';
  process.on('exit', () => {
    writeSync(1, 'TLS: ' + process.moduleLoadList.includes('NativeModule tls') + '\\n');
  });`)}`;

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

/** Node's own TLS client, and its TCP socket. */
async function tlsPeer(port: number, options: ConnectionOptions = {}) {
  const { socket, verdict } = await dial(port);
  const tls: TLSSocket = secure({ socket, servername: 'localhost', ca: pem('ca'), ...options });
  afterSpec(() => tls.destroy());
  return { tcp: socket, tls: tls.on('error', () => undefined), verdict };
}

describe('the programs with TLS', () => {
  afterEach(cleanUp);

  it('transfer a file of 50 MiB, byte for byte', async () => {
    const { port, file } = await server();
    const content = sample(50 * MiB);
    expect(await send(port, fileOf(content))).toStrictEqual(DONE);
    expect(file(1).equals(content)).toBe(true);
  });

  it('transfer an empty file, to an address as to a name', async () => {
    const { port, file } = await server();
    expect(await send(port, fileOf(''), TRUSTING, '127.0.0.1')).toStrictEqual(DONE);
    expect(file(1)).toHaveLength(0);
  });

  it('authenticate each other', async () => {
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

  it.each([
    ['of an authority that Node does not know', ['--tls']],
    ['for another name', [...TRUSTING, '--tls-servername', 'example.org']],
  ])('trust no certificate %s because of a variable, and print one line', async (_, args) => {
    const { port, dir } = await server();
    const env = { NODE_TLS_REJECT_UNAUTHORIZED: '0' };
    const { ended } = run('rxdrop-client', ['localhost', port, fileOf('a'), ...args], { env });
    expect(await ended).toMatchObject(failing(69, /TLS failed: [^\n]+/));
    expect(everythingIn(dir)).toStrictEqual([]);
  });

  it('require the certificate of a client, whatever a variable is set to', async () => {
    const env = { NODE_TLS_REJECT_UNAUTHORIZED: '0' };
    const { port, dir } = await server(MUTUAL, { env });
    expect(await send(port, fileOf('a'))).toMatchObject({ status: 69 });
    expect(everythingIn(dir)).toStrictEqual([]);
  });

  it('use no outdated version of TLS, whatever the options of Node are', async () => {
    const weak = 'DEFAULT:@SECLEVEL=0';
    const env = { NODE_OPTIONS: `--tls-min-v1.0 --tls-cipher-list=${weak}` };
    const { port } = await server(SERVER, { env });
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: weak } as const;
    const { tls } = await tlsPeer(port, old);
    const [error] = (await once(tls, 'error')) as [Error];
    expect(error).toHaveProperty('code', expect.stringMatching(/PROTOCOL_VERSION/));
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
  ])('accept no data of a client %s, and give it no number', async (_, args) => {
    const { program, port, dir, file } = await server(MUTUAL);
    const huge = fileOf('');
    truncateSync(huge, 8 * MiB);
    expect(await send(port, huge, args)).toMatchObject(
      failing(69, /[^\n]*(certificate|reset)[^\n]*/),
    );
    expect(everythingIn(dir)).toStrictEqual([]);
    expect(await send(port, fileOf('next'), [...TRUSTING, ...own('client')])).toStrictEqual(DONE);
    expect(String(file(1))).toBe('next');
    program.kill('SIGTERM');
    expect(await program.ended).toStrictEqual({
      ...DONE,
      stderr: expect.stringMatching(/^(WARNING: refused [^\n]+: TLS failed: [^\n]+\n)+$/) as string,
    });
  });

  it('save the files of clients with a name of --tls-allow, and refuse others without a number', async () => {
    const names = [
      '--tls-ca',
      pemPath('names-ca'),
      '--tls-allow',
      'Bob\\, of Example',
      '--tls-allow',
    ];
    const { program, port, dir, file } = await server([...SERVER, ...names, 'ALICE.example']);
    const huge = fileOf('');
    truncateSync(huge, 8 * MiB);
    for (const name of ['nameless', 'two-names', 'mallory'])
      expect(await send(port, huge, [...TRUSTING, ...own(name)])).toMatchObject({ status: 69 });
    expect(everythingIn(dir)).toStrictEqual([]);
    expect(await send(port, fileOf('a'), [...TRUSTING, ...own('alice')])).toStrictEqual(DONE);
    expect(String(file(1))).toBe('a');
    program.kill('SIGTERM');
    const { status, stderr } = await program.ended;
    expect(status).toBe(0);
    expect(stderr).toMatch(
      /^WARNING: refused mallory\\x0aCN=alice, "x" \\x1b\[31m \(127\.0\.0\.1:\d+\): no name in its certificate is allowed \(--tls-allow\)/m,
    );
  });

  it.each(['plain', '\x16\x03\x01\x00\x05garbage'])(
    'refuse a sender of %j with an RST',
    async (text) => {
      const { port, dir } = await server();
      const { socket } = await dial(port);
      const parted = parting(socket);
      socket.write(text);
      expect(await parted).toBe('RST');
      expect(everythingIn(dir)).toStrictEqual([]);
    },
  );

  it('refuse a client that does not complete the handshake within the idle timeout', async () => {
    const { port, dir } = await server([...SERVER, '--idle-timeout', '200ms']);
    const { verdict } = await dial(port);
    expect(await verdict).toBe('RST');
    expect(everythingIn(dir)).toStrictEqual([]);
  });

  it('are not disturbed by clients that never begin the handshake (S4)', async () => {
    // The client at the end has this time for its handshake.
    const patience = ['--idle-timeout', '2s', '--max-connections', '8'];
    const { program, port, file } = await server([...SERVER, ...patience], { openFiles: 40 });
    const silent = await Promise.all(Array.from({ length: 60 }, () => dial(port)));
    const verdicts = await Promise.all(silent.map(({ verdict }) => verdict));
    expect(new Set(verdicts)).toStrictEqual(new Set(['RST']));
    expect(await send(port, fileOf('next'))).toStrictEqual(DONE);
    expect(String(file(1))).toBe('next');
    program.kill('SIGTERM');
    const { status, stderr } = await program.ended;
    expect(status).toBe(0);
    const warnings = [...stderr.matchAll(/^WARNING: refused .*?(?:\(and (\d+) more\))?$/gm)];
    // The connection that checked the port has made no handshake either.
    const refusals = warnings.reduce((sum, [, more = '0']) => sum + 1 + Number(more), 0);
    expect(refusals).toBeGreaterThanOrEqual(60);
  });

  it('refuse a denied client before the handshake', async () => {
    const { port, dir } = await server([...SERVER, '--deny', '127.0.0.1']);
    const { verdict } = await dial(port);
    expect(await verdict).toBe('RST');
    expect(everythingIn(dir)).toStrictEqual([]);
  });

  it('transfer several files at once, and standard input, each with its receipt', async () => {
    const { port, dir, file } = await server([...SERVER, '--receipt']);
    const files = Array.from({ length: 12 }, (_, index) => fileOf(`the ${index}th`));
    const many = run('rxdrop-client', [
      ...['localhost', port, ...files],
      ...[...TRUSTING, '--receipt', '--jobs', '4'],
    ]);
    expect(await many.ended).toStrictEqual(DONE);
    expect(everythingIn(dir)).toHaveLength(12);
    const piped = run('rxdrop-client', ['localhost', port, '-', ...TRUSTING, '--receipt']);
    piped.input?.end('piped');
    expect(await piped.ended).toStrictEqual(DONE);
    expect(String(file(13))).toBe('piped');
  });

  it('lose nothing of a client that does not wait (--no-confirm)', async () => {
    const { port, file, published } = await server();
    const content = sample(300_000);
    const path = fileOf(content);
    for (let id = 1; id <= 10; id++) {
      expect(await send(port, path, [...TRUSTING, '--no-confirm'])).toStrictEqual(DONE);
      await published(id);
      expect(file(id).equals(content)).toBe(true);
    }
  });

  it('abort with RST the transfer that a signal interrupts (C6)', async () => {
    const { port, dir, file, published } = await server();
    const endless = run('rxdrop-client', ['localhost', port, '-', ...TRUSTING]);
    // The data that it has not read when it ends is lost.
    endless.input?.on('error', () => undefined).write(sample(MiB));
    await until(() => everythingIn(dir).length > 0);
    endless.kill('SIGINT');
    expect(await endless.ended).toStrictEqual(endedBy('SIGINT'));
    await published(1);
    expect(String(file(1))).toBe('ERROR');
  });

  it.each([false, true])('load TLS only if it is requested: %s', async (asked) => {
    const [port, dir] = [await freePort(), directory()];
    const program = runNode([
      ...['--import', REPORTING, resolve('dist/bin/rxdrop-server.js'), String(port), dir],
      ...(asked ? SERVER : []),
    ]);
    (await dial(port)).socket.destroy();
    program.kill('SIGTERM');
    expect((await program.ended).stdout).toBe(`TLS: ${String(asked)}\n`);
    const client = runNode([
      ...[
        '--import',
        REPORTING,
        resolve('dist/bin/rxdrop-client.js'),
        'localhost',
        '9',
        '/dev/null',
      ],
      ...(asked ? TRUSTING : []),
    ]);
    expect((await client.ended).stdout).toBe(`TLS: ${String(asked)}\n`);
  });

  it('treat a stream that is cut off as an error (S7)', async () => {
    const { port, file, published } = await server();
    const { tcp, tls } = await tlsPeer(port);
    await new Promise((written) => tls.write('half', written));
    tcp.end();
    await published(1);
    expect(String(file(1))).toBe('ERROR');
  });

  it('do not treat a server that disappears during a transfer as one that has saved', async () => {
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
    [
      'nothing, as certificate',
      ['--tls-cert', '/dev/null', '--tls-key', pemPath('server.key')],
      64,
      /[^\n]+/,
    ],
    ['nothing, as key', ['--tls-cert', pemPath('server'), '--tls-key', '/dev/null'], 64, /[^\n]+/],
    ['nothing, as authority', [...SERVER, '--tls-ca', '/dev/null'], 64, /[^\n]+/],
    ['no PEM', ['--tls-cert', 'package.json', '--tls-key', 'package.json'], 64, /[^\n]+/],
    ['of no authority', [...SERVER, '--tls-ca', 'package.json'], 64, /[^\n]+/],
  ])(
    'end with one line if the files are %s, and leave nothing behind',
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
