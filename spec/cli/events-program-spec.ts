import { existsSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { jsonLines } from '../support/jsonLines.js';
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
import { faultsOf } from '../support/schema.js';
import { startServer } from '../support/servers.js';

interface Line {
  readonly type: string;
  readonly id?: number;
}

const parse = (text: string) => jsonLines(text) as readonly Line[];

const typesOf = (text: string) => parse(text).map(({ type }) => type);

describe('rxdrop-server --events', () => {
  afterEach(cleanUp);

  it('prints each event as a line of JSON', async () => {
    const { program, port } = await startServer(['--events', '--max-size', '10']);
    expect(await drop(port, 'saved')).toBe('FIN');
    expect(await drop(port, 'too long for it')).toBe('RST');
    program.kill('SIGTERM');
    const { stdout, ...end } = await program.ended;
    expect({ stdout: '', ...end }).toStrictEqual(DONE);
    expect(typesOf(stdout)).toStrictEqual([
      ...['listening', 'opened', 'received', 'opened', 'failed', 'stopped'],
    ]);
    expect(jsonLines(stdout).flatMap((event) => faultsOf(event, 'ServerEvent'))).toStrictEqual([]);
  });

  it('appends them to a file, which SIGHUP reopens without ending the server (S3)', async () => {
    const cwd = directory();
    const options = { cwd, dir: join(cwd, 'inbox') };
    const { program, port } = await startServer(['--events=events'], options);
    const [log, old] = [join(cwd, 'events'), join(cwd, 'events.1')];
    expect(await drop(port, 'one')).toBe('FIN');
    await until(() => typesOf(readFileSync(log, 'utf8')).includes('received'));
    renameSync(log, old);
    program.kill('SIGHUP');
    await until(() => existsSync(log));
    expect(await drop(port, 'two')).toBe('FIN');
    program.kill('SIGTERM');
    expect(await program.ended).toStrictEqual(DONE);
    expect(typesOf(readFileSync(old, 'utf8'))).toStrictEqual(['listening', 'opened', 'received']);
    expect(typesOf(readFileSync(log, 'utf8'))).toStrictEqual(['opened', 'received', 'stopped']);
    expect(everythingIn(cwd)).toStrictEqual([
      ...['events', 'events.1', 'inbox', 'inbox/1.file', 'inbox/2.file'],
    ]);
  });

  it('is not blocked by a pipe that nobody reads', async () => {
    const stdout = pipe(join(directory(), 'stdout'));
    fill(stdout);
    const stdio = ['ignore', stdout.writer, 'pipe'] as const;
    const { program, port, dir } = await startServer(['--events'], { stdio: [...stdio] });
    expect(await drop(port, 'one')).toBe('FIN');
    expect(await drop(port, 'two')).toBe('FIN');
    program.kill('SIGTERM');
    expect(await program.ended).toStrictEqual(DONE);
    expect(everythingIn(dir)).toStrictEqual(['1.file', '2.file']);
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
