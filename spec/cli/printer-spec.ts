import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { bundled, WITHOUT_PROC } from '../support/bundled.js';
import { cleanUp, directory, DONE, afterSpec, pipe, runNode, until } from '../support/programs.js';

/** A program of a few lines that uses the printer. */
const program = (lines: string): Promise<readonly string[]> =>
  bundled(`
    import { writeSync } from 'node:fs';
    import { printer, immediateWriter } from './src/cli/printer.ts';
    ${lines}`);

/** More than a pipe can hold. */
const THOUSAND_LINES = `
  const print = printer(1);
  for (let line = 1; line <= 1000; line++) print(String(line).padEnd(1023, '.'));
`;

/** Ends a program as `run` does: it waits until its readers have accepted everything. */
const run = (lines: string): Promise<readonly string[]> =>
  program(`
    import { of, tap } from 'rxjs';
    import { run } from './src/cli/run.ts';
    run(of(0).pipe(tap(() => { ${lines} })));`);

const THOUSAND = Array.from({ length: 1000 }, (_, index) => String(index + 1).padEnd(1023, '.'));

/** As many again. */
const MORE_LINES = `for (let line = 1; line <= 1000; line++) print('+'.repeat(1023));`;

/** Makes a program report on stderr that it has printed. */
const CUE = `writeSync(2, 'printed');`;

/** Blocks a program while its reader empties the pipe. */
const WHILE_IT_READS = 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);';

/** Returns the lines that a program prints into a pipe that is not read before its cue. */
async function readLate(lines: string): Promise<readonly string[]> {
  const [stdout, stderr] = [pipe(join(directory(), 'stdout')), pipe(join(directory(), 'stderr'))];
  const program = runNode(await run(lines), { stdio: ['ignore', stdout.writer, stderr.writer] });
  await until(() => stderr.read() === 'printed');
  let read = '';
  await until(() => {
    const { running } = program;
    read += stdout.read();
    return !running;
  });
  expect(await program.ended).toStrictEqual(DONE);
  return read.trimEnd().split('\n');
}

/** Ends a program without waiting for unwritten lines. */
const AND_EXIT = 'process.exit();';

describe('printer', () => {
  afterEach(cleanUp);

  it('discards what does not fit into an unread pipe, and continues (S11)', async () => {
    const stdout = pipe(join(directory(), 'stdout'));
    const { ended } = runNode(await program(THOUSAND_LINES), {
      stdio: ['ignore', stdout.writer, 'pipe'],
    });
    expect(await ended).toStrictEqual(DONE);
    const lines = stdout.read().trimEnd().split('\n');
    expect(lines.length).toBeLessThan(1000);
    expect(lines).toStrictEqual(THOUSAND.slice(0, lines.length));
  });

  it("does so without /proc, and if the pipe is another user's", async () => {
    const stdout = pipe(join(directory(), 'stdout'));
    const { ended } = runNode([...WITHOUT_PROC, ...(await program(THOUSAND_LINES + AND_EXIT))], {
      stdio: ['ignore', stdout.writer, 'pipe'],
    });
    expect(await ended).toStrictEqual(DONE);
    expect(stdout.read()).toMatch(/^1\.{1022}\n2\.{1022}\n/);
  });

  it('does so with a socket, as services have for their journal', async () => {
    const child = spawn(process.execPath, await program(THOUSAND_LINES + AND_EXIT));
    afterSpec(() => child.kill('SIGKILL'));
    const printed = new Promise<string>((resolve) => {
      child.once('exit', () => {
        resolve(text(child.stdout));
      });
    });
    expect(await printed).toMatch(/^1\.{1022}\n2\.{1022}\n/);
    expect(child.exitCode).toBe(0);
  });

  it('loses nothing if the reader is only slower than the program', async () => {
    expect(await readLate(THOUSAND_LINES + CUE)).toStrictEqual(THOUSAND);
  });

  it('loses nothing in a socket either', async () => {
    const child = spawn(process.execPath, await run(THOUSAND_LINES + CUE));
    afterSpec(() => child.kill('SIGKILL'));
    await once(child.stderr, 'data');
    expect((await text(child.stdout)).trimEnd().split('\n')).toStrictEqual(THOUSAND);
  });

  it('buffers 1 MiB of lines for a slow reader, and discards the rest', async () => {
    const lines = await readLate(THOUSAND_LINES + MORE_LINES + CUE);
    expect(lines.slice(0, 1000)).toStrictEqual(THOUSAND);
    expect(lines.length).toBeLessThan(2000);
  });

  it('encodes little of the lines that wait, at each attempt', async () => {
    const stdout = pipe(join(directory(), 'stdout'));
    const { ended } = runNode(
      await program(`
        const print = printer(1);
        while (print('.'.repeat(1023))) {}
        const { from } = Buffer;
        const lengths = [];
        Buffer.from = (text) => {
          lengths.push(text.length);
          if (lengths.length === 5) {
            writeSync(2, String(Math.max(...lengths)));
            process.exit();
          }
          return from(text);
        };
        setTimeout(() => {}, 60_000);`),
      { stdio: ['ignore', stdout.writer, 'pipe'] },
    );
    expect(await ended).toStrictEqual({ ...DONE, stderr: '17408' });
  });

  it('waits for the rest of a text that was written in part', async () => {
    const [line = ''] = await readLate(`immediateWriter(1)('.'.repeat(1_000_000)); ${CUE}`);
    expect(line).toHaveLength(1_000_000);
  });

  it('writes buffered lines before a text that is written at once', async () => {
    const atOnce = `immediateWriter(1)('at once\\n');`;
    const lines = await readLate(THOUSAND_LINES + CUE + WHILE_IT_READS + atOnce);
    expect(lines.slice(0, 1000)).toStrictEqual(THOUSAND);
  });

  it('ends even if nobody reads', async () => {
    const stdout = pipe(join(directory(), 'stdout'));
    const { ended } = runNode(await run(THOUSAND_LINES), {
      stdio: ['ignore', stdout.writer, 'pipe'],
    });
    expect(await ended).toStrictEqual(DONE);
  });

  it('finishes a line that was written in part before it begins another', async () => {
    const stdout = pipe(join(directory(), 'stdout'));
    const { input, ended } = runNode(
      await program(`
        printer(1)('.'.repeat(1_000_000));
        printer(1)('kept');
        process.stdin.on('data', () => printer(1)('last')).on('end', () => process.exit());`),
      { stdio: ['pipe', stdout.writer, 'pipe'] },
    );
    let read = await until(() => stdout.read());
    do {
      input?.write('more');
      read += await until(() => stdout.read());
    } while (!read.endsWith('last\n'));
    input?.end();
    expect(await ended).toStrictEqual(DONE);
    expect(read).toMatch(/^\.{1000000}\nkept\n(last\n)+$/);
  });

  it('leaves the pipe blocking for other processes', async () => {
    const pipes = directory();
    const [stdout, stderr] = [pipe(join(pipes, 'stdout')), pipe(join(pipes, 'stderr'))];
    const flags = () =>
      /^flags:.*$/m.exec(readFileSync(`/proc/self/fdinfo/${stdout.writer}`, 'utf8'));
    const before = flags()?.[0];
    const { input, ended } = runNode(
      await program(`${THOUSAND_LINES} printer(2)('printed'); process.stdin.resume();`),
      { stdio: ['pipe', stdout.writer, stderr.writer] },
    );
    await until(() => stderr.read() === 'printed\n');
    expect(before).toMatch(/^flags:/);
    expect(flags()?.[0]).toBe(before);
    input?.end();
    expect(await ended).toStrictEqual(DONE);
  });

  it('ignores a reader that is gone', async () => {
    const stdout = pipe(join(directory(), 'stdout'));
    stdout.stopReading();
    const { ended } = runNode(await program(`printer(1)('hello');`), {
      stdio: ['ignore', stdout.writer, 'pipe'],
    });
    expect(await ended).toStrictEqual(DONE);
  });

  it('appends to a file', async () => {
    const path = join(directory(), 'stdout');
    const file = openSync(path, 'w');
    const { ended } = runNode(
      await program(`
        writeSync(1, 'first\\n');
        printer(1)('second');
        printer(1)('third');`),
      { stdio: ['ignore', file, 'pipe'] },
    );
    expect(await ended).toStrictEqual(DONE);
    closeSync(file);
    expect(readFileSync(path, 'utf8')).toBe('first\nsecond\nthird\n');
  });

  it.each([
    [1, { ...DONE, stdout: 'hello\n' }],
    [2, { ...DONE, stderr: 'hello\n' }],
  ])('prints only to its file descriptor: %d', async (fd, printed) => {
    const { ended } = runNode(await program(`printer(${fd})('hello');`));
    expect(await ended).toStrictEqual(printed);
  });
});
