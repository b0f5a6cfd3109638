import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { tap } from 'rxjs';
import { lookup } from '../../src/node/index.js';
import { temporaryDirectory } from '../support/directory.js';
import { following } from '../support/following.js';
import { COMPLETED, ending, first } from '../support/outcome.js';

describe('lookup', () => {
  const { follow } = following();
  const path = temporaryDirectory();

  it.each(['127.0.0.1', '::1'])('answers with %s itself at once', (address) => {
    const answers: (readonly string[])[] = [];
    follow(lookup(address).pipe(tap((addresses) => answers.push(addresses))));
    expect(answers).toStrictEqual([[address]]);
  });

  it('knows localhost', async () => {
    const addresses = await first(follow(lookup('localhost')).seen$);
    expect(['127.0.0.1', '::1']).toStrictEqual(expect.arrayContaining([...addresses]));
  });

  it('errors where no address is known', async () => {
    expect(await ending(lookup('nosuch..invalid'))).toMatchObject({
      name: 'UnknownHostError',
      host: 'nosuch..invalid',
    });
  });

  /** Runs a program with the built library, its PATH being one directory. */
  const run = async (program: string): Promise<string> => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [
        '--input-type=module',
        '--eval',
        `import { lookup } from './dist/node/index.js'; ${program}`,
      ],
      { env: { PATH: path('bin') }, timeout: 15_000 },
    );
    return stdout;
  };
  const SHOW = `lookup('localhost').subscribe((addresses) => console.log(...addresses));`;

  const resolver = (script: string) => {
    mkdirSync(path('bin'));
    writeFileSync(path('bin', 'getent'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  };

  it('takes each address once, in the order of the resolver', async () => {
    resolver(`
      echo '::1             STREAM localhost'
      echo '::1             DGRAM'
      echo '192.0.2.7       STREAM'
      echo '::1             STREAM'
      echo '192.0.2.8       DGRAM'`);
    expect(await run(SHOW)).toBe('::1 192.0.2.7\n');
  });

  it('does without a resolver that is not there', async () => {
    expect(await run(SHOW)).toMatch(/^(127\.0\.0\.1|::1)/);
  });

  it('asks in a thread instead, and errors there too', async () => {
    const { PATH } = process.env;
    process.env.PATH = path('bin');
    const [known$, unknown$] = ['localhost', 'nosuch..invalid'].map(lookup).map(ending);
    process.env.PATH = PATH;
    expect(await known$).toBe(COMPLETED);
    expect(await unknown$).toMatchObject({ name: 'UnknownHostError', host: 'nosuch..invalid' });
  });

  it('ends the resolver when it is unsubscribed, and so lets the process end (C3)', async () => {
    resolver('exec /bin/sleep 600');
    expect(await run(`lookup('localhost').subscribe().unsubscribe(); console.log('gone');`)).toBe(
      'gone\n',
    );
  });
});
