import { createHash } from 'node:crypto';
import { cpSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { pem, pemPath } from '../support/certificates.js';
import { FakeS3 } from '../support/fakeS3.js';
import { jsonLines } from '../support/jsonLines.js';
import {
  afterSpec,
  cleanUp,
  dial,
  directory,
  DONE,
  drop,
  everythingIn,
  freePort,
  run,
  runNode,
  until,
} from '../support/programs.js';
import { faultsOf } from '../support/schema.js';
import { startServer } from '../support/servers.js';

const STORE = ['--store', 's3://bucket/in'] as const;

const envOf = (endpoint: string) => ({
  AWS_ENDPOINT_URL: endpoint,
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'key',
  AWS_SECRET_ACCESS_KEY: 'secret',
});

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe('rxdrop-server --store', () => {
  afterEach(cleanUp);

  const startEngine = async (): Promise<FakeS3> => {
    const engine = new FakeS3();
    await engine.start();
    afterSpec(() => void engine.stop());
    return engine;
  };

  it('saves files as objects, with --name, --receipt, --check and --events', async () => {
    const engine = await startEngine();
    const env = envOf(engine.url);
    const args = [
      ...[...STORE, '--receipt', '--events', '--name', 'a/{id:3}'],
      ...['--check', 'grep -q good "$RXDROP_FILE"'],
    ];
    const { program, port, dir } = await startServer(args, { env });
    const file = join(directory(), 'file');
    writeFileSync(file, 'good');
    expect(await drop(port, 'good')).toBe('FIN');
    const sent = run('rxdrop-client', ['127.0.0.1', port, file, '--receipt']);
    expect(await sent.ended).toStrictEqual(DONE);
    expect(await drop(port, 'bad')).toBe('RST');
    expect(engine.contents).toStrictEqual({
      ...{ 'in/a/001': 'good', 'in/a/002': 'good', 'in/a/003': 'ERROR' },
    });
    program.kill('SIGTERM');
    const { stdout, ...end } = await program.ended;
    expect({ stdout: '', ...end }).toStrictEqual(DONE);
    expect(everythingIn(dir)).toStrictEqual([]);
    const events = jsonLines(stdout);
    expect(events.flatMap((event) => faultsOf(event, 'ServerEvent'))).toStrictEqual([]);
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'received', file: 'a/002', sha256: sha256('good') }),
    );
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'failed', file: 'a/003', reason: 'CHECK' }),
    );
  });

  it('reports an outage, and ships what a killed server has left at the next start', async () => {
    const engine = await startEngine();
    const env = envOf(engine.url);
    const args = [...STORE, '--confirm-at', 'spool', '--events'];
    const { program, port, dir } = await startServer(args, { env });
    expect(await drop(port, 'one')).toBe('FIN');
    await until(() => 'in/1.file' in engine.contents);
    engine.answer = () => ({ status: 403, code: 'InvalidAccessKeyId' });
    expect(await drop(port, 'two')).toBe('FIN');
    await until(() => program.stderr() !== '');
    expect(program.stderr()).toBe(
      'WARNING: the engine does not accept the credentials; 1 file waits in the spool\n',
    );
    program.kill('SIGKILL');
    const { stdout } = await program.ended;
    const events = jsonLines(stdout);
    expect(events.flatMap((event) => faultsOf(event, 'ServerEvent'))).toStrictEqual([]);
    expect(stdout + program.stderr()).not.toContain('secret');

    engine.answer = () => undefined;
    const next = await startServer([...STORE], { env, dir });
    await until(() => everythingIn(dir).length === 0);
    expect(await drop(next.port, 'three')).toBe('FIN');
    expect(engine.contents).toStrictEqual({
      ...{ 'in/1.file': 'one', 'in/2.file': 'two', 'in/3.file': 'three' },
    });
    next.program.kill('SIGTERM');
    expect(await next.program.ended).toStrictEqual(DONE);
  });

  it('fails the transfers in flight at a stop, in time (S3)', async () => {
    const engine = await startEngine();
    const { program, port, dir } = await startServer([...STORE], { env: envOf(engine.url) });
    const { socket, verdict } = await dial(port);
    engine.answer = ({ operation }) => (operation === 'PutObject' ? { status: 503 } : undefined);
    socket.end('x');
    await until(() => engine.operations('PutObject').length > 3);
    program.kill('SIGTERM');
    expect(await verdict).toBe('RST');
    expect(await program.ended).toMatchObject({ status: 0 });
    expect(everythingIn(dir)).toStrictEqual([expect.stringMatching(/^1,.*\.ready$/)]);
  });

  it.each([
    [{ url: 's3://other/in' }, 'there is no such bucket'],
    [{ AWS_ACCESS_KEY_ID: 'nobody' }, 'the engine does not accept the credentials'],
    [{ AWS_REGION: 'eu-west-1' }, 'the bucket is in another region (AWS_REGION)'],
    [{ AWS_REGION: '' }, 'no valid region is set (AWS_REGION)'],
    [
      { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' },
      'the engine cannot be reached: connection refused',
    ],
    [
      { AWS_ENDPOINT_URL: 'http://name.invalid' },
      expect.stringMatching(/^the engine cannot be reached: (unknown node|temporary failure)/),
    ],
    [
      { AWS_SECRET_ACCESS_KEY: '', AWS_EC2_METADATA_DISABLED: 'true' },
      'there are no credentials (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, or a profile)',
    ],
  ] as [Record<string, string>, unknown][])(
    'does not start with %o (S2)',
    async ({ url = 's3://bucket/in', ...variables }, why) => {
      const engine = await startEngine();
      const parent = directory();
      const args = [await freePort(), join(parent, 'spool'), '--store', url];
      const env = { HOME: parent, ...envOf(engine.url), ...variables };
      const { stderr, ...end } = await run('rxdrop-server', args, { env }).ended;
      expect(end).toStrictEqual({ status: 73, signal: null, stdout: '' });
      const [line = '', ...rest] = stderr.split('\n');
      expect(rest).toStrictEqual(['']);
      const begin = `ERROR: cannot save files in ${url}: `;
      expect(line.slice(0, begin.length)).toBe(begin);
      expect(line.slice(begin.length)).toStrictEqual(why);
      expect(everythingIn(parent)).toStrictEqual([]);
    },
  );

  it.each([
    ['whose CA it does not know', 'localhost', 'is not trusted (NODE_EXTRA_CA_CERTS)'],
    ['that has the certificate of another', '127.0.0.2', 'is for other names'],
  ])('does not trust an engine %s (S2)', async (_, host, why) => {
    const server = createServer({ cert: pem('server'), key: pem('server.key') }).listen(0);
    afterSpec(() => server.close());
    await until(() => server.listening);
    const { port } = server.address() as AddressInfo;
    const env = {
      ...envOf(`https://${host}:${port}`),
      ...(host !== 'localhost' && { NODE_EXTRA_CA_CERTS: pemPath('ca') }),
    };
    const { stderr } = await run('rxdrop-server', [await freePort(), directory(), ...STORE], {
      env,
    }).ended;
    expect(stderr).toBe(
      `ERROR: cannot save files in s3://bucket/in: TLS failed: the certificate of the engine ${why}\n`,
    );
  });

  it.each(['engine', 'spool'])(
    'fails a file if the disk of the spool has less than --min-free, and stays up (--confirm-at %s)',
    async (confirmAt) => {
      const engine = await startEngine();
      const args = [...STORE, '--confirm-at', confirmAt, '--min-free', '900TB'];
      const { program, port, dir } = await startServer(args, { env: envOf(engine.url) });
      expect([await drop(port, 'one'), await drop(port, 'two')]).toStrictEqual(['RST', 'RST']);
      await until(() => everythingIn(dir).length === 0);
      expect(engine.contents).toStrictEqual({ 'in/1.file': 'ERROR', 'in/2.file': 'ERROR' });
      expect(program.stderr()).toMatch(
        /^WARNING: 1\.file from \S+ less than 900 TB of disk space is free \(--min-free\)\n/,
      );
      program.kill('SIGTERM');
      expect(await program.ended).toMatchObject({ status: 0 });
    },
  );

  it('says which package it needs if that is missing (S2)', async () => {
    const away = directory();
    cpSync(resolve('dist', 'bin'), join(away, 'bin'), { recursive: true });
    writeFileSync(join(away, 'package.json'), '{"type":"module"}');
    const program = join(away, 'bin', 'rxdrop-server.js');
    const args = [program, String(await freePort()), join(away, 'spool'), ...STORE];
    expect(await runNode(args).ended).toStrictEqual({
      ...DONE,
      status: 73,
      stderr:
        'ERROR: cannot save files in s3://bucket/in: the package @aws-sdk/client-s3 is missing (npm install @aws-sdk/client-s3)\n',
    });
    expect(everythingIn(away)).not.toContain('spool');
  });
});
