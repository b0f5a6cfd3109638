import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { Subject, tap } from 'rxjs';
import { command, type CommandOptions } from '../../src/node/index.js';
import { CommandError, ShutdownError } from '../../src/errors.js';
import { temporaryDirectory } from '../support/directory.js';
import { isRunning } from '../support/processGroup.js';
import { COMPLETED, ending, first, until } from '../support/outcome.js';

const path = temporaryDirectory();

/** A command that writes the number of its shell to a file, and goes on. */
const sleeping = (name: string, before = ''): string =>
  `${before} echo $$ > ${path(`${name}.new`)}; mv ${path(`${name}.new`)} ${path(name)}; while :; do sleep 1; done`;

/** Waits until a command has written the number of its shell. */
async function groupOf(name: string): Promise<number> {
  await until(() => existsSync(path(name)));
  return Number(readFileSync(path(name), 'latin1'));
}

const resultOf = (line: string, options?: CommandOptions) => first(command(line, options));

describe('command', () => {
  it('emits the status and the output', async () => {
    expect(await resultOf('echo out; echo err >&2; exit 3')).toStrictEqual({
      status: 3,
      signal: undefined,
      output: 'out\nerr\n',
    });
  });

  it('emits the message of the shell about a command that it cannot parse', async () => {
    const { status, output } = await resultOf('if');
    expect(status).toBe(2);
    expect(output).toMatch(/syntax error/i);
  });

  it('emits the signal that ended the shell', async () => {
    expect(await resultOf('kill -KILL $$')).toStrictEqual({
      status: undefined,
      signal: 'SIGKILL',
      output: '',
    });
  });

  it('completes when all its processes have ended', async () => {
    expect(await ending(command('exit 1'))).toBe(COMPLETED);
  });

  it('starts a command for each subscription, and none before', async () => {
    const append$ = command(`echo x >> ${path('log')}`);
    expect(existsSync(path('log'))).toBe(false);
    await ending(append$);
    await ending(append$);
    expect(readFileSync(path('log'), 'utf8')).toBe('x\nx\n');
  });

  it('has an empty standard input', async () => {
    expect(await resultOf('cat; readlink /proc/self/fd/0')).toHaveProperty('output', '/dev/null\n');
  });

  it('adds variables and removes others, the options of the server among them', async () => {
    process.env.RXDROP_SERVER_TLS_KEY = 'secret';
    process.env.RXDROP_OUTER = 'outer';
    process.env.STAYS = 'stays';
    try {
      const { output } = await resultOf('env', {
        env: { RXDROP_ID: '7', RXDROP_OUTER: undefined, RXDROP_CN: 'a\0b' },
      });
      const variables = output.split('\n').filter((line) => /RXDROP|STAYS/.test(line));
      expect(variables.sort()).toStrictEqual(['RXDROP_CN=ab', 'RXDROP_ID=7', 'STAYS=stays']);
    } finally {
      delete process.env.RXDROP_SERVER_TLS_KEY;
      delete process.env.RXDROP_OUTER;
      delete process.env.STAYS;
    }
  });

  it('never runs the value of a variable', async () => {
    const text = `$(touch ${path('a')}) ; touch ${path('b')} \`touch ${path('c')}\` "'%s\\101`;
    const { output } = await resultOf('printf %s "$RXDROP_CN"', { env: { RXDROP_CN: text } });
    expect(output).toBe(text);
    expect(['a', 'b', 'c'].filter((name) => existsSync(path(name)))).toStrictEqual([]);
  });

  it('names a path that is not UTF-8 by its bytes', async () => {
    const file = Buffer.from(path('d\xe9$(touch x)%s\\101'), 'latin1');
    writeFileSync(file, 'its bytes');
    const { output, status } = await resultOf('cat "$FILE"; exit 5', { env: { FILE: file } });
    expect({ output, status }).toStrictEqual({ output: 'its bytes', status: 5 });
  });

  it('keeps the last 4 KiB of a long output, in whole lines', async () => {
    const { output } = await resultOf('yes 0123456789abcde | head -c 4000000; echo the end >&2');
    const lines = output.split('\n').filter((line) => line !== '');
    expect(output.length).toBeLessThanOrEqual(4_096);
    expect(output.length).toBeGreaterThan(4_000);
    expect(new Set(lines)).toStrictEqual(new Set(['0123456789abcde', 'the end']));
  });

  it('keeps the end of a line that is too long, in whole characters', async () => {
    const { output } = await resultOf('yes é | head -n 5000 | tr -d "\\n"; printf x');
    expect(output).toMatch(/^é{2000,}x$/);
  });

  it('emits the result even if a process in the background keeps the output open', async () => {
    const result$ = command(`(${sleeping('left')}) & echo started; exit 2`, { linger: 20 });
    const results: unknown[] = [];
    expect(await ending(result$.pipe(tap(({ status }) => results.push(status))))).toBe(COMPLETED);
    expect(results).toStrictEqual([2]);
  });

  it('kills processes in the background after the linger time', async () => {
    const result$ = command(`${sleeping('left')} & echo $$ > ${path('group')}`, { linger: 50 });
    expect(await ending(result$)).toBe(COMPLETED);
    const group = await groupOf('group');
    await until(() => !isRunning(group));
    expect(isRunning(group)).toBe(false);
  });

  it('waits for processes in the background within the linger time', async () => {
    const late = `until [ -e ${path('go')} ]; do sleep 0.01; done; echo done > ${path('late')}`;
    const completed = ending(
      command(`(${late}) > /dev/null 2>&1 & exit 0`).pipe(
        tap(() => {
          writeFileSync(path('go'), '');
        }),
      ),
    );
    expect(await completed).toBe(COMPLETED);
    expect(readFileSync(path('late'), 'utf8')).toBe('done\n');
  });

  it('does not kill a process that has left the group', async () => {
    const left = `setsid sh -c 'echo $$ > ${path('pid.new')}; mv ${path('pid.new')} ${path('pid')}; exec sleep 60' > /dev/null 2>&1 &`;
    const waits = `until [ -e ${path('pid')} ]; do sleep 0.01; done`;
    expect(await ending(command(`${left} ${waits}`))).toBe(COMPLETED);
    const pid = await groupOf('pid');
    expect(isRunning(pid)).toBe(true);
    process.kill(-pid, 'SIGKILL');
  });

  it('kills the whole group when it is unsubscribed', async () => {
    const subscription = command(sleeping('group', "trap '' TERM; sleep 60 &")).subscribe();
    const group = await groupOf('group');
    expect(isRunning(group)).toBe(true);
    subscription.unsubscribe();
    await until(() => !isRunning(group));
    expect(isRunning(group)).toBe(false);
  });

  /** Runs a command until it has started, and aborts it. */
  async function abort(before: string, grace?: number): Promise<unknown> {
    const abort$ = new Subject<never>();
    const end = ending(command(sleeping('group', before), { abort$, ...(grace && { grace }) }));
    const group = await groupOf('group');
    abort$.error(new ShutdownError());
    const reason = await end;
    await until(() => !isRunning(group));
    return reason;
  }

  it('sends SIGTERM to a command, waits for its end, and passes the error on', async () => {
    const reason = await abort(`trap 'echo asked > ${path('asked')}; exit' TERM;`, 5_000);
    expect(reason).toBeInstanceOf(ShutdownError);
    expect(readFileSync(path('asked'), 'utf8')).toBe('asked\n');
  });

  it('kills a command that ignores SIGTERM', async () => {
    expect(await abort(`trap '' TERM;`, 20)).toBeInstanceOf(ShutdownError);
  });

  it('kills a process in the background that ignores SIGTERM', async () => {
    expect(await abort(`(trap '' TERM; while :; do sleep 1; done) &`, 20)).toBeInstanceOf(
      ShutdownError,
    );
  });

  it('errors if there is no sh', async () => {
    const reason = await ending(command('exit 0', { env: { PATH: path() } }));
    expect(reason).toBeInstanceOf(CommandError);
    expect(reason).toHaveProperty('cause.code', 'ENOENT');
  });

  it('errors if the system rejects the command', async () => {
    const reason = await ending(command('x'.repeat(200_000)));
    expect(reason).toBeInstanceOf(CommandError);
    expect(reason).toHaveProperty('cause.code', 'E2BIG');
  });

  it('raises no error later if it is unsubscribed before it could be started', async () => {
    command('exit 0', { env: { PATH: path() } })
      .subscribe()
      .unsubscribe();
    expect(await ending(command('exit 0'))).toBe(COMPLETED);
  });
});
