import { closeSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundled, WITHOUT_PROC } from '../support/bundled.js';
import { cleanUp, directory, pipe, type Program, runNode } from '../support/programs.js';

/** A program that reads standard input by `openFile`, and prints it and what some lines print. */
const reader = (lines = ''): Promise<readonly string[]> =>
  bundled(`
    import { closeSync, fstatSync, openSync, writeFileSync } from 'node:fs';
    import { finalize, switchMap } from 'rxjs';
    import { openFile } from './src/node/openFile.ts';
    const print = (text) => writeFileSync(1, text + '\\n');
    const { ino } = fstatSync(0);
    const bytes$ = openFile('-').pipe(switchMap(({ blocks$ }) => blocks$));
    bytes$.pipe(finalize(() => setImmediate(() => {
      const next = openSync('.', 'r');
      print('still ' + (fstatSync(0).ino === ino) + ', next ' + (next > 2));
      ${lines}
    }))).subscribe({
      next: (block) => print('block ' + block),
      error: (error) => print(error.name + ' ' + error.cause.message),
      complete: () => print('end'),
    });`);

/** Runs it with a kind of standard input that holds the text `abc`. */
const KINDS = {
  file: (args: readonly string[]) => {
    const path = join(directory(), 'a');
    writeFileSync(path, 'abc');
    const fd = openSync(path, 'r');
    const program = runNode(args, { stdio: [fd, 'pipe', 'pipe'] });
    closeSync(fd);
    return program;
  },
  FIFO: (args: readonly string[]) => {
    const { reader, write, stopReading, stopWriting } = pipe(join(directory(), 'fifo'));
    const program = runNode(args, { stdio: [reader, 'pipe', 'pipe'] });
    write('abc');
    stopWriting();
    stopReading();
    return program;
  },
  socket: (args: readonly string[]) => {
    const program = runNode(args);
    program.input?.end('abc');
    return program;
  },
  pipe: (args: readonly string[]) => runNode(args, { before: 'printf abc |' }),
} satisfies Record<string, (args: readonly string[]) => Program>;

const kinds = Object.entries(KINDS);

describe('openFile of standard input', () => {
  afterEach(cleanUp);

  it.each(kinds)('reads a %s to its end, and leaves it open (C1)', async (_, run) => {
    const { stdout } = await run(await reader()).ended;
    expect(stdout).toBe('block abc\nend\nstill true, next true\n');
  });

  it.each(kinds)('does so with a %s without /proc', async (_, run) => {
    const { stdout } = await run([...WITHOUT_PROC, ...(await reader())]).ended;
    expect(stdout).toBe('block abc\nend\nstill true, next true\n');
  });

  it.each(kinds)('reads the end of a %s again, once it is closed', async (_, run) => {
    const again = `bytes$.subscribe({ complete: () => print('again') });`;
    const { stdout } = await run(await reader(again)).ended;
    expect(stdout).toMatch(/\nagain\n$/);
  });

  it('errors while it is already open', async () => {
    const { stdout } = await KINDS.socket(
      await bundled(`
        import { openFile } from './src/node/openFile.ts';
        const first = openFile('-').subscribe();
        openFile(Buffer.from('-')).subscribe({
          error: ({ name, path, cause }) => console.log(name, path, cause.message),
        });
        first.unsubscribe();
        openFile('-').subscribe(() => process.exit());`),
    ).ended;
    expect(stdout).toBe('NoInputError - it is open already\n');
  });

  it.each(['-', '/dev/stdin', '/dev/fd/0', '/proc/self/fd/0'])(
    'errs if it is closed: %s',
    async (path) => {
      const { stdout } = await runNode(
        await bundled(`
          import { openFile } from './src/node/openFile.ts';
          openFile('${path}').subscribe({
            error: ({ name, cause }) => console.log(name, cause.message),
          });`),
        { after: '<&-' },
      ).ended;
      expect(stdout).toBe('NoInputError it is closed\n');
    },
  );

  it('errors before it emits, if it is open only for writing (C1)', async () => {
    const { stdout } = await runNode(await reader(), {
      cwd: directory(),
      after: '0> a',
    }).ended;
    expect(stdout).toMatch(/^NoInputError EBADF: /);
  });

  it('reads /dev/null as an empty file', async () => {
    const { stdout } = await runNode(await reader(), { after: '< /dev/null' }).ended;
    expect(stdout).toBe('end\nstill true, next true\n');
  });

  it('starts at the position of a file, and leaves the rest to the next reader', async () => {
    const path = join(directory(), 'a');
    writeFileSync(path, 'abc');
    const { stdout } = await runNode(await reader(), {
      before: '{ dd bs=1 count=1 of=/dev/null 2>&1 | cat > /dev/null;',
      after: `; } < '${path}'`,
    }).ended;
    expect(stdout).toBe('block bc\nend\nstill true, next true\n');
  });

  it('leaves an unnamed pipe blocking for the processes that share it', async () => {
    const flags = `
      import { readFileSync } from 'node:fs';
      const [line] = readFileSync('/proc/self/fdinfo/0', 'utf8').match(/flags:.*/);`;
    const { stdout } = await runNode(
      await bundled(`
        import { openFile } from './src/node/openFile.ts';
        ${flags}
        openFile('-').subscribe(({ blocks$ }) => {
          blocks$.subscribe(() => {
            const [now] = readFileSync('/proc/self/fdinfo/0', 'utf8').match(/flags:.*/);
            console.log(now === line);
          });
        });`),
      { before: 'printf abc |' },
    ).ended;
    expect(stdout).toBe('true\n');
  });
});
