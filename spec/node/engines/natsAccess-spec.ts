import { writeFileSync } from 'node:fs';
import { natsAccess } from '../../../src/node/engines/natsAccess.js';
import { temporaryDirectory } from '../../support/directory.js';
import { thrownBy } from '../../support/outcome.js';

describe('natsAccess', () => {
  const path = temporaryDirectory();
  const place = { scheme: 'nats', hosts: ['a', 'b:4223'] };
  const servers = ['a', 'b:4223'];

  it.each<[Readonly<Record<string, string>>, object]>([
    [{}, {}],
    [
      { NATS_USER: 'me', NATS_PASSWORD: 'secret' },
      { user: 'me', pass: 'secret' },
    ],
    [{ NATS_TOKEN: 'secret' }, { token: 'secret' }],
    [{ NATS_TOKEN: '' }, {}],
    [{ NATS_CA: 'ca.pem' }, { tls: { caFile: 'ca.pem' } }],
    [
      { NATS_CERT: 'own.pem', NATS_KEY: 'own.key' },
      { tls: { certFile: 'own.pem', keyFile: 'own.key' } },
    ],
  ])('has the credentials of %j', (env, expected) => {
    expect(natsAccess(place, env)).toStrictEqual({ servers, ...expected });
  });

  it('requires TLS for the scheme tls', () => {
    expect(natsAccess({ ...place, scheme: 'tls' }, {})).toStrictEqual({ servers, tls: {} });
  });

  it('reads a file of credentials, or throws', () => {
    const file = path('user.creds');
    expect(thrownBy(() => natsAccess(place, { NATS_CREDS: file }))).toMatchObject({
      code: 'ENOENT',
    });
    writeFileSync(file, 'jwt');
    expect(natsAccess(place, { NATS_CREDS: file })).toStrictEqual({
      servers,
      creds: Buffer.from('jwt'),
    });
  });
});
