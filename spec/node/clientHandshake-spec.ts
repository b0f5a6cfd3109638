import { execFile } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type TlsOptions, type TLSSocket } from 'node:tls';
import { promisify } from 'node:util';
import { TlsError } from '../../src/errors.js';
import { connectTo, type ClientTls } from '../../src/node/index.js';
import { identity, pem } from '../support/certificates.js';
import { following } from '../support/following.js';
import { LOOPBACK } from '../support/loopback.js';
import { ending, first } from '../support/outcome.js';

describe('the handshake of a client', () => {
  const { closing, follow } = following();

  /** A server with a certificate for `localhost`. */
  const listening = async (options: TlsOptions = {}) => {
    const server = createServer({ ...identity('server'), ...options }).listen(0, LOOPBACK);
    server.on('tlsClientError', () => undefined);
    closing(() => server.close());
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const secured = () => once(server, 'secureConnection') as Promise<[TLSSocket]>;
    return { port, secured };
  };

  /** Connects to a server, and returns whether it resumed a session. */
  const resumes = async (
    { port, secured }: Awaited<ReturnType<typeof listening>>,
    tls: ClientTls,
  ): Promise<boolean> => {
    const accepted = secured();
    const { seen$, stop } = follow(connectTo({ address: LOOPBACK, port, tls }));
    const uplink = await first(seen$);
    const [socket] = await accepted;
    socket.write('an answer, which comes after the tickets');
    await first(uplink.bytes$);
    stop();
    return socket.isSessionReused();
  };

  it.each<[string, ClientTls, RegExp]>([
    ['of an authority that Node does not know', { servername: 'localhost' }, /unable to verify/],
    ['of another', { servername: 'localhost', ca: pem('other-ca') }, /unable to verify/],
    ['for another name', { servername: 'example.org', ca: pem('ca') }, /altnames/],
  ])('accepts no certificate %s, whatever the environment is', async (_, tls, reason) => {
    const { port } = await listening();
    const options = JSON.stringify({ address: LOOPBACK, port, tls });
    const program = `
      import { connectTo } from './dist/node/index.js';
      const connected = connectTo(${options}).subscribe({
        next: () => { console.log('trusted'); connected.unsubscribe(); },
        error: ({ code, cause }) => { console.log(code, cause.message); },
      });`;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--input-type=module', '--eval', program],
      { env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } },
    );
    expect(stdout).toMatch(/^TLS /);
    expect(stdout).toMatch(reason);
  });

  it('sends the ASCII form of an international name, and finds it in the certificate (C3)', async () => {
    // In full width: its ASCII form is "localhost".
    const tls = { servername: 'ｌｏｃａｌｈｏｓｔ', ca: pem('ca') };
    const { port, secured } = await listening();
    const accepted = secured();
    const { seen$: uplink$ } = follow(connectTo({ address: LOOPBACK, port, tls }));
    const [socket] = await accepted;
    expect(socket).toHaveProperty('servername', 'localhost');
    expect((await first(uplink$)).pending()).toBe(0);
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'resumes the session of the one before with the same server and the same object, by %s',
    async (maxVersion) => {
      const [one, other] = [await listening({ maxVersion }), await listening({ maxVersion })];
      const tls = { servername: 'localhost', ca: pem('ca') };
      const reused: boolean[] = [];
      for (const server of [one, one, other, other, one]) reused.push(await resumes(server, tls));
      expect(reused).toStrictEqual([false, true, false, true, true]);
      expect(await resumes(one, { ...tls })).toBe(false);
    },
  );

  it('resumes no session after a file of the object has changed', async () => {
    const server = await listening();
    const tls = { servername: 'localhost', ca: pem('ca') };
    expect(await resumes(server, tls)).toBe(false);
    tls.ca = pem('other-ca');
    const again$ = connectTo({ address: LOOPBACK, port: server.port, tls });
    expect(await ending(again$)).toBeInstanceOf(TlsError);
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'never resumes the session of a server that it did not trust, by %s',
    async (maxVersion) => {
      const { port } = await listening({ maxVersion });
      const tls = { servername: 'example.org', ca: pem('ca') };
      for (const attempt of ['first', 'second', 'third']) {
        const ended = await ending(connectTo({ address: LOOPBACK, port, tls }));
        expect([attempt, ended]).toStrictEqual([attempt, expect.any(TlsError)]);
      }
    },
  );

  it('uses the name of the host if it is given none', async () => {
    const { port } = await listening();
    const to = { address: LOOPBACK, port, tls: { ca: pem('ca') } };
    const { seen$ } = follow(connectTo({ ...to, host: 'localhost' }));
    expect((await first(seen$)).pending()).toBe(0);
    expect(await ending(connectTo({ ...to, host: 'example.org' }))).toBeInstanceOf(TlsError);
  });
});
