import { natsUrl } from '../../../src/node/engines/natsUrl.js';
import { idsUrl } from '../../../src/store/ids/idsUrl.js';
import { thrownBy } from '../../support/outcome.js';

describe('engineUrl', () => {
  it.each([
    ['nats://a/files', 'nats', ['a'], 'files', ''],
    [
      'nats://a,b:4223,[::1]:4222/my-files_2',
      'nats',
      ['a', 'b:4223', '[::1]:4222'],
      'my-files_2',
      '',
    ],
    ['tls://nats.example/files', 'tls', ['nats.example'], 'files', ''],
    ['postgres://db/files', 'postgres', ['db'], 'files', ''],
    [
      'postgresql://me@db:5433/files?sequence=ids',
      'postgresql',
      ['db:5433'],
      'files',
      'sequence=ids',
    ],
    ['postgres:///files?host=/run/postgresql', 'postgres', [], 'files', 'host=/run/postgresql'],
  ])('parses %j', (text, scheme, hosts, path, query) => {
    expect(idsUrl(text)).toStrictEqual({ scheme, hosts, path, query });
  });

  it.each(
    ['', 'inbox', 'nats:a/files', 'nats://a', 'nats://a/', 'nats:///files', 'nats://a,/files']
      .concat(['nats://a/files/more', 'nats://a/fi les', 'nats://a/files.*', 'nats://a b/files'])
      .concat(['http://a/files', 'constructor://a/files', 'postgres://a/b/c', 'postgres://a b/c'])
      .map((text) => [text]),
  )('refuses %j', (text) => {
    expect(thrownBy(() => idsUrl(text))).toStrictEqual(
      new TypeError(
        'bad URL: expected nats://HOST[,HOST]/STREAM or postgres://[USER@]HOST/DATABASE',
      ),
    );
  });

  it.each(
    ['nats://me:hunter2@a/files', 'nats://hunter2@a/files', 'nats://a/@hunter2@b/files']
      .concat(['postgres://me:hunter2@db/files', 'postgres://db/files?password=hunter2'])
      .concat(['postgres://db/files?user=me&sslpassword=hunter2', 'http://me:hunter2@a/files'])
      .concat(['postgres://db/files?p%61ssword=hunter2', 'postgres://db/files?PassWord=hunter2'])
      .map((text) => [text]),
  )('refuses the password of %j, and does not repeat it', (text) => {
    const { message } = thrownBy(() => idsUrl(text)) as Error;
    expect(message).toMatch(
      /^a URL with a password, or a user: others on this machine can read it/,
    );
    expect(message).not.toContain('hunter2');
  });

  it('names the variables that are used instead', () => {
    expect(thrownBy(() => natsUrl('nats://me:hunter2@a/files'))).toMatchObject({
      message: expect.stringContaining(
        '(use NATS_USER and NATS_PASSWORD, NATS_TOKEN, or NATS_CREDS)',
      ) as string,
    });
    expect(thrownBy(() => idsUrl('postgres://me:hunter2@db/files'))).toMatchObject({
      message: expect.stringContaining('(use PGUSER and PGPASSWORD, or PGPASSFILE)') as string,
    });
  });
});
