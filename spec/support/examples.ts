import { execFile, execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { transformSync } from 'esbuild';
import { blocksOf, type Page } from './pages.js';

/** An example of the documentation. `output` is the text of its `// →` lines. */
export interface Example {
  readonly title: string;
  readonly code: string;
  readonly output: string;
}

export const exampleOf = (title: string, code: string): Example => ({
  title,
  code,
  output: [...code.matchAll(/^\/\/ → (?<line>.*\n)/gm)]
    .map(({ groups }) => groups?.line ?? '')
    .join(''),
});

/** Returns the TypeScript blocks of a page. */
export const examplesOf = ({ path, text }: Page): readonly Example[] =>
  blocksOf(text, 'ts').map((code, index) => exampleOf(`${path} ${index + 1}`, code));

/** Inside the package, so that `rxdrop` in an example is this package as it is built. */
const EXAMPLES = resolve('coverage', 'pages');

/** Returns the errors of the compiler for examples. */
export function compiled(examples: readonly Example[]): string {
  mkdirSync(EXAMPLES, { recursive: true });
  const files = examples.map(({ title, code }) => {
    const file = join(EXAMPLES, `${title.replace(/\W/g, '-')}.ts`);
    writeFileSync(file, code);
    return file;
  });
  const strict = ['--strict', '--noEmit', '--skipLibCheck', '--ignoreConfig'];
  const modules = ['--module', 'nodenext', '--target', 'es2023', '--types', 'node'];
  try {
    const tsc = ['node_modules/typescript/bin/tsc', ...strict, ...modules, ...files];
    return execFileSync(process.execPath, tsc, { encoding: 'utf8' });
  } catch (error) {
    return String((error as { stdout: unknown }).stdout);
  } finally {
    for (const file of files) rmSync(file);
  }
}

/** Runs an example in a directory of its own with three bytes in `a.bin`, and certificates. Returns its output. */
export async function outputOf({ title, code }: Example): Promise<string> {
  mkdirSync(EXAMPLES, { recursive: true });
  const cwd = mkdtempSync(join(tmpdir(), 'rxdrop-page-'));
  const file = join(EXAMPLES, `${title.replace(/\W/g, '-')}-${basename(cwd)}.mjs`);
  writeFileSync(file, transformSync(code, { loader: 'ts', format: 'esm' }).code);
  writeFileSync(join(cwd, 'a.bin'), 'abc');
  cpSync('spec/support/certificates', cwd, { recursive: true });
  try {
    return (await promisify(execFile)(process.execPath, [file], { cwd })).stdout;
  } finally {
    rmSync(cwd, { recursive: true });
    rmSync(file);
  }
}
