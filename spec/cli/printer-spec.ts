import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { cleanUp, directory, DONE, pipe, runNode, until } from '../support/programs.js';

/** A program of a few lines that has a printer. */
async function program(lines: string): Promise<readonly string[]> {
  const { outputFiles } = await build({
    stdin: {
      contents: `
        import { writeSync } from 'node:fs';
        import { printer } from './src/cli/printer.ts';
        ${lines}`,
      resolveDir: '.',
    },
    bundle: true,
    platform: 'node',
    format: 'esm',
    write: false,
  });
  return ['--input-type=module', '--eval', outputFiles[0]?.text ?? ''];
}

/** More than a pipe takes. */
const THOUSAND_LINES = `
  const print = printer(1);
  for (let line = 1; line <= 1000; line++) print(String(line).padEnd(1023, '.'));
`;

describe('printer', () => {
  afterEach(cleanUp);

  it('loses what a pipe that nobody reads does not take, and goes on (S11)', async () => {
    const stdout = pipe(join(directory(), 'stdout'));
    const { ended } = runNode(await program(THOUSAND_LINES), {
      stdio: ['ignore', stdout.writer, 'pipe'],
    });
    expect(await ended).toStrictEqual(DONE);
    const lines = stdout.read().trimEnd().split('\n');
    expect(lines.length).toBeLessThan(1000);
    expect(lines).toStrictEqual(lines.map((_, index) => String(index + 1).padEnd(1023, '.')));
  });

  it('leaves the pipe a waiting one for those who share it', async () => {
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

  it('minds no reader that is gone', async () => {
    const stdout = pipe(join(directory(), 'stdout'));
    stdout.stopReading();
    const { ended } = runNode(await program(`printer(1)('hello');`), {
      stdio: ['ignore', stdout.writer, 'pipe'],
    });
    expect(await ended).toStrictEqual(DONE);
  });

  it('prints into a file behind what is there', async () => {
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
  ])('prints to its file descriptor alone: %d', async (fd, printed) => {
    const { ended } = runNode(await program(`printer(${fd})('hello');`));
    expect(await ended).toStrictEqual(printed);
  });
});
