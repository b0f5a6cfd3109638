import { TlsError } from '../../src/errors.js';
import { connectTo, handshake } from '../../src/node/index.js';
import { identity, pem } from '../support/certificates.js';
import { ending, thrownBy } from '../support/outcome.js';

/** What OpenSSL takes for no certificate and no key, without a word. */
const NOTHING: readonly (readonly [string, string])[] = [
  ['empty', ''],
  ['white space', ' \n\t\n'],
  ['a comment', '# made by nobody\n'],
  ['a text', 'no certificate'],
  ['a certificate request', pem('server').replaceAll('CERTIFICATE', 'CERTIFICATE REQUEST')],
];

const because = (reason: RegExp) => ({
  name: 'TlsError',
  cause: { message: expect.stringMatching(reason) as string },
});

describe('the files of TLS', () => {
  const { cert, key } = identity('server');

  it.each(NOTHING)('are refused if the certificate is %s (S2)', (_, nothing) => {
    const thrown = thrownBy(() => handshake({ cert: nothing, key }));
    expect(thrown).toMatchObject(because(/^there is no certificate in PEM form$/));
  });

  it.each(NOTHING)('are refused if the key is %s (S2)', (_, nothing) => {
    const thrown = thrownBy(() => handshake({ cert, key: nothing }));
    expect(thrown).toMatchObject(because(/^there is no private key in PEM form$/));
  });

  it.each(NOTHING)('are refused if the authority is %s (S2)', (_, nothing) => {
    const thrown = thrownBy(() => handshake({ cert, key, ca: nothing }));
    expect(thrown).toMatchObject(because(/^there is no certificate of an authority in PEM form$/));
  });

  it.each([
    ['the key is of another certificate', { cert, key: identity('client').key }],
    ['the certificate and the key are exchanged', { cert: key, key: cert }],
    ['the certificate is cut off', { cert: cert.slice(0, 200), key }],
    ['the key is cut off', { cert, key: key.slice(0, 200) }],
    ['the authority is cut off', { cert, key, ca: pem('ca').slice(0, 200) }],
  ])('are of no use if %s (S2)', (_, files) => {
    expect(thrownBy(() => handshake(files))).toBeInstanceOf(TlsError);
  });

  it('are accepted with text around them, also as bytes', () => {
    const told = (text: string) => Buffer.from(`Issuer: nobody\r\n${text}\r\n# the end\r\n`);
    const files = { cert: told(cert), key: told(key), ca: told(pem('ca')) };
    expect(handshake(files)).toBeInstanceOf(Function);
  });

  it.each(NOTHING)('are refused for a client if the authority is %s', async (_, nothing) => {
    const connecting = () => connectTo({ address: '127.0.0.1', port: 9, tls: { ca: nothing } });
    const thrown = thrownBy(connecting) ?? (await ending(connecting()));
    expect(thrown).toMatchObject(because(/^there is no certificate of an authority/));
  });
});
