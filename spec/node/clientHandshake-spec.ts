import { execFile } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import { promisify } from 'node:util';
import { connectTo, type ClientTls } from '../../src/node/index.js';
import { identity, pem } from '../support/certificates.js';
import { following } from '../support/following.js';
import { LOOPBACK } from '../support/loopback.js';
import { first } from '../support/outcome.js';

describe('the handshake of a client', () => {
  const { closing, follow } = following();

  /** A server with a certificate for `localhost`. */
  const listening = async () => {
    const server = createServer(identity('server')).listen(0, LOOPBACK);
    server.on('tlsClientError', () => undefined);
    closing(() => server.close());
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    return { port, secured: once(server, 'secureConnection') as Promise<[TLSSocket]> };
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
    const { seen$: uplink$ } = follow(connectTo({ address: LOOPBACK, port, tls }));
    const [socket] = await secured;
    expect(socket).toHaveProperty('servername', 'localhost');
    expect((await first(uplink$)).pending()).toBe(0);
  });
});
