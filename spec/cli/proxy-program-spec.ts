import { once } from 'node:events';
import { connect as secure } from 'node:tls';
import { identity, pem, pemPath } from '../support/certificates.js';
import { jsonLines } from '../support/jsonLines.js';
import { afterSpec, cleanUp, dial, drop, type Ended, everythingIn } from '../support/programs.js';
import { proxyHeaderV1, proxyHeaderV2 } from '../support/proxyHeader.js';
import { startServer } from '../support/servers.js';

const FROM_LOOPBACK = ['--proxy-protocol', '127.0.0.0/8'];

const typesAndPeers = (events: string) =>
  (jsonLines(events) as readonly { type: string; peer?: string; reason?: string }[]).map(
    ({ type, peer, reason }) => [type, peer, reason].filter(Boolean).join(' '),
  );

describe.each([[[]], [['--workers', '2']]])('rxdrop-server --proxy-protocol %j', (workers) => {
  afterEach(cleanUp);

  /** A server that listens, and has refused one connection with no bytes if it demands a header. */
  const server = async (args: readonly string[] = FROM_LOOPBACK) => {
    const { program, port, dir, file } = await startServer([
      ...['--deny', '127.0.0.1', ...workers, ...args],
    ]);
    const { socket, verdict } = await dial(port);
    socket.end();
    await verdict;
    const stop = (): Promise<Ended> => {
      program.kill('SIGTERM');
      return program.ended;
    };
    return { port, dir, stop, file };
  };

  it('saves the bytes behind the header, and takes the sender from it', async () => {
    const { port, stop, file } = await server([...FROM_LOOPBACK, '--events']);
    expect(await drop(port, `${proxyHeaderV1('192.0.2.7')}one`)).toBe('FIN');
    expect(await drop(port, `${proxyHeaderV1('2001:db8::7')}two`)).toBe('FIN');
    expect([file(1), file(2)]).toStrictEqual(['one', 'two']);
    expect(typesAndPeers((await stop()).stdout).slice(2, -1)).toStrictEqual([
      'opened 192.0.2.7:40000',
      'received 192.0.2.7:40000',
      'opened [2001:db8::7]:40000',
      'received [2001:db8::7]:40000',
    ]);
  });

  it('limits senders by the address in the header, not by that of the proxy', async () => {
    const limits = ['--max-per-host', '1', '--deny', '192.0.2.9'];
    const { port, dir, file } = await server([...FROM_LOOPBACK, ...limits]);
    const first = await dial(port);
    first.socket.write(`${proxyHeaderV1('192.0.2.7')}one`);
    expect(await drop(port, `${proxyHeaderV1('192.0.2.8')}two`)).toBe('FIN');
    expect(await drop(port, proxyHeaderV1('192.0.2.9'))).toBe('RST');
    expect(await drop(port, proxyHeaderV2(0x20, 0).toString('latin1'))).toBe('RST');
    first.socket.end();
    expect(await first.verdict).toBe('FIN');
    expect(everythingIn(dir)).toStrictEqual(['1.file', '2.file']);
    expect([file(1), file(2)].toSorted()).toStrictEqual(['one', 'two']);
  });

  it('limits the rate by the address in the header', async () => {
    const { port, dir, stop } = await server([...FROM_LOOPBACK, '--max-rate-per-host', '1']);
    expect(await drop(port, `${proxyHeaderV1('192.0.2.7')}one`)).toBe('FIN');
    expect(await drop(port, `${proxyHeaderV1('192.0.2.8')}two`)).toBe('FIN');
    expect(await drop(port, proxyHeaderV1('192.0.2.7'))).toBe('RST');
    expect(everythingIn(dir)).toStrictEqual(['1.file', '2.file']);
    expect((await stop()).stderr).toMatch(
      /^WARNING: refused 192\.0\.2\.7:40000: .*--max-rate-per-host/m,
    );
  });

  it.each([
    ['no header', 'a file', 'is missing'],
    ['a bad header', 'PROXY TCP4 192.0.2.256 192.0.2.1 1 2\r\n', 'is malformed'],
    ['half a header', 'PROXY TCP4 192.0.2.7', 'is incomplete'],
  ])('refuses a connection from a proxy with %s, which has no number', async (_, text, problem) => {
    const { port, dir, stop } = await server();
    expect(await drop(port, text)).toBe('RST');
    expect(everythingIn(dir)).toStrictEqual([]);
    expect(await drop(port, `${proxyHeaderV1()}next`)).toBe('FIN');
    expect(everythingIn(dir)).toStrictEqual(['1.file']);
    expect((await stop()).stderr).toMatch(
      new RegExp(`^WARNING: refused 127.0.0.1:\\d+: its PROXY header ${problem}`, 'm'),
    );
  });

  it('refuses a connection whose header takes longer than the idle timeout', async () => {
    const { port, dir, stop } = await server([...FROM_LOOPBACK, '--idle-timeout', '200ms']);
    const { verdict } = await dial(port);
    expect(await verdict).toBe('RST');
    expect(everythingIn(dir)).toStrictEqual([]);
    expect((await stop()).stderr).toMatch(/^WARNING: .*: no PROXY header within 200 ms/m);
  });

  it('refuses a header from elsewhere, and saves other files from there unchanged', async () => {
    const elsewhere = ['--proxy-protocol', '10.0.0.0/8', '--allow', '127.0.0.1', '--deny', '::1'];
    const { program, port, dir, file } = await startServer([...workers, ...elsewhere]);
    expect(await drop(port, `${proxyHeaderV1()}spoofed`)).toBe('RST');
    expect(await drop(port, proxyHeaderV2(0x20, 0).toString('latin1'))).toBe('RST');
    expect(await drop(port, 'PROXY and other words')).toBe('FIN');
    expect(await drop(port, '')).toBe('FIN');
    expect(everythingIn(dir)).toStrictEqual(['1.file', '2.file']);
    expect(file(1)).toBe('PROXY and other words');
    program.kill('SIGTERM');
    expect((await program.ended).stderr).toMatch(
      /^WARNING: refused 127\.0\.0\.1:\d+: it begins with a PROXY header, but its address is not in/m,
    );
  });

  it('saves a header as part of the file without the option', async () => {
    const { port, file } = await startServer(workers);
    expect(await drop(port, `${proxyHeaderV1()}whole`)).toBe('FIN');
    expect(file(1)).toBe(`${proxyHeaderV1()}whole`);
  });

  it('reads the header before TLS, and identifies the client by both', async () => {
    const tls = ['--tls-cert', pemPath('server'), '--tls-key', pemPath('server.key')];
    const names = ['--tls-ca', pemPath('names-ca'), '--tls-allow', 'alice', '--events'];
    const { port, stop, file } = await server([...FROM_LOOPBACK, ...tls, ...names]);
    const { socket } = await dial(port);
    socket.write(proxyHeaderV1());
    const client = secure({ socket, servername: 'localhost', ca: pem('ca'), ...identity('alice') });
    afterSpec(() => client.destroy());
    client.resume().end('secret');
    await once(client, 'end');
    expect(file(1)).toBe('secret');
    const { stdout } = await stop();
    expect(stdout).toMatch(/"received".*"peer":"192\.0\.2\.7:40000","client":\{"name":"alice"/);
  });
});
