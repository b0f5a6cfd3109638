import { bundled, preloaded } from '../support/bundled.js';
import { cleanUp, DONE, endedBy, runNode } from '../support/programs.js';

/** A program of a few lines, run by `run`. */
const program = (lines: string): Promise<readonly string[]> =>
  bundled(`
    import { concat, EMPTY, NEVER, of, throwError, timer } from 'rxjs';
    import { finalize, tap } from 'rxjs';
    import { UsageError } from './src/cli/usageError.ts';
    import { run } from './src/cli/run.ts';
    ${lines}`);

const internal = (words: string) => ({
  ...DONE,
  status: 70,
  stderr: `ERROR: a bug in rxdrop: Error: ${words}\n`,
});

describe('run', () => {
  afterEach(cleanUp);

  it('ends with status 0 once the program has completed', async () => {
    expect(await runNode(await program(`run(timer(10));`)).ended).toStrictEqual(DONE);
  });

  it('ends with the first failure of a program that has completed', async () => {
    const { ended } = runNode(
      await program(`const o = {}; run(of(1).pipe(tap(() => { o.status ??= 66; })), o);`),
    );
    expect(await ended).toStrictEqual({ ...DONE, status: 66 });
  });

  it('prints an error, and ends with its status', async () => {
    const { ended } = runNode(await program(`run(throwError(() => new UsageError('bad port')));`));
    expect(await ended).toStrictEqual({ ...DONE, status: 64, stderr: 'ERROR: bad port\n' });
  });

  it.each([
    ['before it completes', `run(NEVER); setTimeout(() => { throw new Error('lost'); });`],
    ['where it lets go', `run(timer(10).pipe(finalize(() => { throw new Error('lost'); })));`],
    ['as it completes', `run(EMPTY); throw new Error('lost');`],
    ['in a promise', `run(NEVER); Promise.reject(new Error('lost'));`],
  ])('does not end with 0 after an uncaught exception: %s', async (_, lines) => {
    const { status, stderr } = await runNode(await program(lines)).ended;
    expect(status).toBe(70);
    expect(stderr).toMatch(/^ERROR: a bug in rxdrop: [^\n]*Error: lost\n$/);
  });

  it('prints an error, and does not end with 0, if the event loop is empty before the program has completed', async () => {
    expect(await runNode(await program(`run(NEVER);`)).ended).toStrictEqual(
      internal('the program stopped before it was finished'),
    );
  });

  it('does not end with 0 if other code ends the process', async () => {
    const { ended } = runNode(await program(`run(NEVER); process.exit();`));
    expect(await ended).toStrictEqual({ ...DONE, status: 70 });
  });

  it('ends by the signal that ended the program', async () => {
    const { ended } = runNode(await program(`run(EMPTY, { signal: 'SIGTERM' });`));
    expect(await ended).toStrictEqual(endedBy('SIGTERM'));
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ])('ends with 128 + n if %s does not end it, as process 1 (C6)', async (signal, status) => {
    const { ended } = runNode([
      ...preloaded('process.kill = () => true;'),
      ...(await program(`run(EMPTY, { signal: '${signal}' });`)),
    ]);
    expect(await ended).toStrictEqual({ ...DONE, status });
  });
});
