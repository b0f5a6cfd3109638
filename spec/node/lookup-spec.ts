import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { tap } from 'rxjs';
import { lookup } from '../../src/node/index.js';
import { temporaryDirectory } from '../support/directory.js';
import { following } from '../support/following.js';
import { ending, first } from '../support/outcome.js';

describe('lookup', () => {
  const { follow } = following();
  const path = temporaryDirectory();

  it.each(['127.0.0.1', '::1'])('emits the address %s itself at once', (address) => {
    const answers: (readonly string[])[] = [];
    follow(lookup(address).pipe(tap((addresses) => answers.push(addresses))));
    expect(answers).toStrictEqual([[address]]);
  });

  it('looks up localhost', async () => {
    const addresses = await first(follow(lookup('localhost')).seen$);
    expect(['127.0.0.1', '::1']).toStrictEqual(expect.arrayContaining([...addresses]));
  });

  it('errors if the name has no address', async () => {
    expect(await ending(lookup('nosuch..invalid'))).toMatchObject({
      name: 'UnknownHostError',
      host: 'nosuch..invalid',
    });
  });

  /** Runs a program with the built library, its PATH being one directory, and its own Node another program. */
  const run = async (program: string, execPath?: string): Promise<string> => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [
        '--input-type=module',
        '--eval',
        `import { lookup } from './dist/node/index.js';
        ${execPath === undefined ? '' : `process.execPath = ${JSON.stringify(execPath)};`}
        ${program}`,
      ],
      { env: { PATH: path('bin') }, timeout: 15_000 },
    );
    return stdout;
  };
  const showing = (host: string) => `lookup('${host}').subscribe({
    next: (addresses) => console.log(...addresses),
    error: ({ code, cause }) => console.log(code, cause?.code),
  });`;
  const SHOW = showing('localhost');
  const LOCALHOST = /^(127\.0\.0\.1|::1)/;

  const script = (name: string, text: string, mode = 0o755): string => {
    mkdirSync(path('bin'), { recursive: true });
    writeFileSync(path('bin', name), `#!/bin/sh\n${text}\n`, { mode });
    return path('bin', name);
  };
  const resolver = (text: string, mode?: number) => script('getent', text, mode);

  it('emits each address once, in the order of the resolver', async () => {
    resolver(`
      echo '::1             STREAM localhost'
      echo '::1             DGRAM'
      echo '192.0.2.7       STREAM'
      echo '::1             STREAM'
      echo '192.0.2.8       DGRAM'`);
    expect(await run(SHOW)).toBe('::1 192.0.2.7\n');
  });

  it('passes only the name to the resolver, because Alpine looks up each argument', async () => {
    resolver(`[ "$*" = 'ahosts localhost' ] && echo '192.0.2.7 STREAM'`);
    expect(await run(SHOW)).toBe('192.0.2.7\n');
  });

  it('does not pass a name to the resolver that would be an option', async () => {
    resolver(`echo '192.0.2.7 STREAM'`);
    expect(await run(showing('-h'))).toBe('UNKNOWN_HOST ENOTFOUND\n');
    expect(await run(showing('--'))).toBe('UNKNOWN_HOST ENOTFOUND\n');
  });

  it.each([
    ['xn--mller-kva.example', 'm\u00fcller.example'],
    ['xn--mller-kva.example', 'M\u00dcLLER.example'],
    ['an_ascii.name', 'an_ascii.name'],
  ])('looks up %s if the host is %s, whatever the locale (C3)', async (name, host) => {
    resolver(`[ "$2" = ${name} ] && echo '192.0.2.7 STREAM'`);
    expect(await run(showing(host))).toBe('192.0.2.7\n');
  });

  it.each([
    ['does not know the database', 'exit 1'],
    ['finds nothing, or no name server that answers', 'exit 2'],
    ['is killed', 'kill -9 $$'],
    ['finds nothing and exits with 0', 'exit 0'],
  ])('ignores a resolver that %s (C3)', async (_, text) => {
    resolver(text);
    expect(await run(SHOW)).toMatch(LOCALHOST);
  });

  it('continues without a resolver that cannot be run', async () => {
    resolver('exit 2', 0o644);
    expect(await run(SHOW)).toMatch(LOCALHOST);
  });

  it('continues without a resolver that does not exist', async () => {
    expect(await run(SHOW)).toMatch(LOCALHOST);
    expect(await run(showing('nosuch..invalid'))).toBe('UNKNOWN_HOST ENOTFOUND\n');
  });

  it('runs another Node then, and reports the error of its resolver (C3)', async () => {
    const answering = (json: object) => script('node', `echo '${JSON.stringify(json)}'`);
    const failure = answering({ addresses: [], error: { code: 'EAI_AGAIN', errno: -3_001 } });
    expect(await run(showing('host.example'), failure)).toBe('LOOKUP EAI_AGAIN\n');
    expect(await run(showing('host.invalid'), failure)).toBe('UNKNOWN_HOST EAI_AGAIN\n');
    const answer = answering({ addresses: ['192.0.2.7', '192.0.2.8'] });
    expect(await run(showing('host.example'), answer)).toBe('192.0.2.7 192.0.2.8\n');
  });

  it('runs one other Node for concurrent look-ups of a name, and another one later', async () => {
    const own = script('node', `echo '{"addresses":["192.0.2.7"]}'; echo x >> ${path('asked')}`);
    const program = `
      import { concat, merge } from 'rxjs';
      const many$ = merge(...Array.from({ length: 20 }, () => lookup('host.example')));
      concat(many$, many$).subscribe((addresses) => console.log(...addresses));`;
    expect(await run(program, own)).toBe('192.0.2.7\n'.repeat(40));
    expect(readFileSync(path('asked'), 'utf8')).toBe('x\nx\n');
  });

  it.each([
    ['does not exist', 'node', undefined],
    ['fails', 'node', 'exit 1'],
    ['is a program that embeds Node, which would run itself', 'app', 'echo "{}"'],
  ])('looks up in a thread if its own program %s', async (_, name, text) => {
    const own = text === undefined ? path('bin', name) : script(name, text);
    expect(await run(SHOW, own)).toMatch(LOCALHOST);
    expect(await run(showing('nosuch..invalid'), own)).toBe('UNKNOWN_HOST ENOTFOUND\n');
  });

  it('continues without child processes, if Node may not create them', async () => {
    const program = `
      import { createRequire, syncBuiltinESMExports } from 'node:module';
      const childProcess = createRequire(import.meta.url)('node:child_process');
      childProcess.execFile = () => { throw new Error('spawn ENOMEM'); };
      syncBuiltinESMExports();
      ${SHOW}`;
    expect(await run(program)).toMatch(LOCALHOST);
  });

  it('distinguishes a lack of descriptors from an unknown name', async () => {
    const program = `
      import { openSync } from 'node:fs';
      process.stdout.write('');
      try { for (;;) openSync('/dev/null'); } catch {}
      ${SHOW}`;
    expect(await run(program)).toBe('LOOKUP EMFILE\n');
  });

  it.each([
    ['resolver', 'getent'],
    ['other Node', 'node'],
  ])('ends the %s when it is unsubscribed, and so lets the process end (C3)', async (_, name) => {
    const asked = script(name, `echo $$ > ${path('asked')}; exec /bin/sleep 600`);
    const program = `
      import { existsSync } from 'node:fs';
      const looking = lookup('localhost').subscribe();
      const asked = setInterval(() => {
        if (!existsSync('${path('asked')}')) return;
        clearInterval(asked);
        looking.unsubscribe();
        console.log('gone');
      }, 1);`;
    expect(await run(program, name === 'node' ? asked : undefined)).toBe('gone\n');
  });
});
