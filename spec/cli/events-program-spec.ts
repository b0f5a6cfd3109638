import { readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { faultsOf } from '../support/schema.js';
import {
  cleanUp,
  directory,
  DONE,
  drop,
  everythingIn,
  fill,
  freePort,
  pipe,
  run,
  until,
} from '../support/programs.js';

interface Line {
  readonly type: string;
  readonly id?: number;
}

const parse = (text: string): readonly Line[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);

const typesOf = (text: string) => parse(text).map(({ type }) => type);

const exists = (path: string) => statSync(path, { throwIfNoEntry: false }) !== undefined;

describe('rxdrop-server --events', () => {
  afterEach(cleanUp);

  it('prints each event as a line of JSON', async () => {
    const [port, dir] = [await freePort(), join(directory(), 'inbox')];
    const program = run('rxdrop-server', [port, dir, '--events', '--max-size', '10']);
    expect(await drop(port, 'saved')).toBe('FIN');
    expect(await drop(port, 'too long for it')).toBe('RST');
    program.kill('SIGTERM');
    const { stdout, ...end } = await program.ended;
    expect({ stdout: '', ...end }).toStrictEqual(DONE);
    expect(typesOf(stdout)).toStrictEqual([
      ...['listening', 'opened', 'received', 'opened', 'failed', 'stopped'],
    ]);
    expect(parse(stdout).flatMap((event) => faultsOf(event, 'ServerEvent'))).toStrictEqual([]);
  });

  it('appends them to a file, which SIGHUP reopens, and is not ended by that (S3)', async () => {
    const [port, cwd] = [await freePort(), directory()];
    const program = run('rxdrop-server', [port, 'inbox', '--events=events'], { cwd });
    const [log, old] = [join(cwd, 'events'), join(cwd, 'events.1')];
    expect(await drop(port, 'one')).toBe('FIN');
    await until(() => typesOf(readFileSync(log, 'utf8')).includes('received'));
    renameSync(log, old);
    program.kill('SIGHUP');
    await until(() => exists(log));
    expect(await drop(port, 'two')).toBe('FIN');
    program.kill('SIGTERM');
    expect(await program.ended).toStrictEqual(DONE);
    expect(typesOf(readFileSync(old, 'utf8'))).toStrictEqual(['listening', 'opened', 'received']);
    expect(typesOf(readFileSync(log, 'utf8'))).toStrictEqual(['opened', 'received', 'stopped']);
    expect(everythingIn(cwd)).toStrictEqual([
      ...['events', 'events.1', 'inbox', 'inbox/1.file', 'inbox/2.file'],
    ]);
  });

  it('is not held up by a pipe that nobody reads, and reports the events that are lost', async () => {
    const [port, stdout] = [await freePort(), pipe(join(directory(), 'stdout'))];
    fill(stdout);
    const dir = join(directory(), 'inbox');
    const program = run('rxdrop-server', [port, dir, '--events', '--allow', '::1'], {
      stdio: ['ignore', stdout.writer, 'pipe'],
    });
    // A refused connection is an event of about 150 bytes, and 1 MiB of them is kept.
    for (let round = 0; round < 90; round++)
      await Promise.all(Array.from({ length: 100 }, () => drop(port, '')));
    program.kill('SIGTERM');
    const { stderr, ...end } = await program.ended;
    expect({ stderr: '', ...end }).toStrictEqual(DONE);
    expect(stderr).toMatch(
      /^(WARNING: an event is lost: standard output is read too slowly[^\n]*\n)+$/,
    );
  });

  it.each([
    ['in FILE-DIR', ['--events=inbox/events'], 'the file has to be outside FILE-DIR'],
    ['in a directory that is missing', ['--events=missing/events'], 'no such file or directory'],
  ])('refuses a file %s (S2)', async (_, options, line) => {
    const [port, cwd] = [await freePort(), directory()];
    const { ended } = run('rxdrop-server', [port, 'inbox', ...options], { cwd });
    const { stderr, ...end } = await ended;
    expect({ stderr: '', ...end }).toStrictEqual({ ...DONE, status: 64 });
    expect(stderr).toMatch(/^ERROR: [^\n]*\n$/);
    expect(stderr).toContain(line);
    expect(everythingIn(cwd)).toStrictEqual([]);
  });

  it('leaves no file if it cannot start (S2)', async () => {
    const cwd = directory();
    const args = ['1', 'missing/inbox', '--events=events'];
    expect(await run('rxdrop-server', args, { cwd }).ended).toHaveProperty('status', 73);
    expect(everythingIn(cwd)).toStrictEqual([]);
  });
});
