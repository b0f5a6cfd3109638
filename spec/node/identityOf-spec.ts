import { bundled } from '../support/bundled.js';
import { identityIn, pem } from '../support/certificates.js';
import { cleanUp, runNode } from '../support/programs.js';

const FINGERPRINT = expect.stringMatching(/^[0-9A-F]{2}(:[0-9A-F]{2}){31}$/) as string;

describe('identityOf', () => {
  afterEach(cleanUp);

  it('reads the common name, the alternative names and the fingerprint', () => {
    expect(identityIn('alice')).toStrictEqual({
      name: 'alice',
      names: [
        'DNS:Alice.Example',
        'email:alice@example.org',
        'URI:spiffe://example.org/alice',
        'IP Address:192.0.2.1',
        'IP Address:2001:DB8:0:0:0:0:0:1',
        'othername:UPN:alice@upn.example',
      ],
      fingerprint: FINGERPRINT,
    });
    expect(identityIn('client')).toStrictEqual({
      name: 'client',
      names: [],
      fingerprint: FINGERPRINT,
    });
  });

  it('does not load node:tls into a process that has not loaded it', async () => {
    const lines = `
      import { X509Certificate } from 'node:crypto';
      import { identityOf } from './src/node/identityOf.ts';
      const { name } = identityOf(new X509Certificate(${JSON.stringify(pem('alice'))}));
      console.log(name, typeof process.getBuiltinModule('node:tls').createSecureContext);`;
    const { stdout } = await runNode(await bundled(lines)).ended;
    expect(stdout).toBe('alice function\n');
  });

  it('mistakes no part of a name for another name', () => {
    expect(identityIn('mallory')).toStrictEqual({
      name: 'mallory\nCN=alice, "x" \u001b[31m',
      names: [
        String.raw`DNS:"mallory.example\u002c DNS:alice.example"`,
        String.raw`DNS:"alice\u0000.mallory.example"`,
        String.raw`URI:"spiffe://mallory.example/\"a\"\u002c URI:b"`,
      ],
      fingerprint: FINGERPRINT,
    });
  });

  it('has no name if the subject has none, and the last if it has several', () => {
    expect(identityIn('nameless')).not.toHaveProperty('name');
    expect(identityIn('two-names')).toHaveProperty('name', 'second');
  });
});
