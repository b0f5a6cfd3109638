import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { transformSync } from 'esbuild';

/** Folders that hold nothing of ours, or nothing that is kept. */
const FOREIGN = /^(?:node_modules|dist|coverage|reports|inbox|api|\..*)$/;

/** All files of the repository with one of the extensions. */
export const filesOf = (extensions: readonly string[], folder = '.'): readonly string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      const foreign = FOREIGN.test(entry.name) && path !== join('spec', 'api');
      return foreign ? [] : filesOf(extensions, path);
    }
    return extensions.some((extension) => path.endsWith(extension)) ? [path] : [];
  });

export interface Page {
  readonly path: string;
  readonly text: string;
}

/** All Markdown of the repository. */
export const pages = (): readonly Page[] =>
  filesOf(['.md']).map((path) => ({ path, text: readFileSync(path, 'utf8') }));

/** The code blocks of a page in a language. */
export const blocksOf = (text: string, language: string): readonly string[] =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(?<code>.*?)^\`\`\``, 'gms'))].map(
    ({ groups }) => groups?.code ?? '',
  );

/** A page without its code. */
export const proseOf = (text: string): string =>
  text.replace(/^```.*?^```/gms, '').replace(/`[^`\n]*`/g, (code) => '`'.repeat(code.length));

/** The anchors of a page, as GitHub makes them of its headings. */
export const anchorsOf = (text: string): readonly string[] =>
  [...text.replace(/^```.*?^```/gms, '').matchAll(/^#+ (?<title>.*)$/gm)].map(({ groups }) =>
    (groups?.title ?? '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-'),
  );

/** A link of a page, as seen from the root of the repository. */
export interface Link {
  readonly from: string;
  readonly path: string;
  readonly anchor: string;
}

export const linksOf = ({ path: from, text }: Page): readonly Link[] =>
  [...proseOf(text).matchAll(/\]\((?<target>[^)\s]+)\)/g)]
    .map(({ groups }) => groups?.target ?? '')
    .filter((target) => !/^\w+:/.test(target))
    .map((target) => {
      const [path = '', anchor = ''] = target.split('#');
      return { from, path: path === '' ? from : join(dirname(from), path), anchor };
    });

/** A TypeScript block of a page; `output` is what its `// →` lines say. */
export interface Example {
  readonly title: string;
  readonly code: string;
  readonly output: string;
}

export const examplesOf = ({ path, text }: Page): readonly Example[] =>
  blocksOf(text, 'ts').map((code, index) => ({
    title: `${path} ${index + 1}`,
    code,
    output: [...code.matchAll(/^\/\/ → (?<line>.*\n)/gm)]
      .map(({ groups }) => groups?.line ?? '')
      .join(''),
  }));

/** Inside the package, so that `rxdrop` in an example is this package as it is built. */
const EXAMPLES = resolve('coverage', 'pages');

/** What the compiler finds wrong with examples. */
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

/** What an example prints, in a directory of its own in which `a.bin` has three bytes. */
export async function outputOf({ title, code }: Example): Promise<string> {
  mkdirSync(EXAMPLES, { recursive: true });
  const cwd = mkdtempSync(join(tmpdir(), 'rxdrop-page-'));
  const file = join(EXAMPLES, `${title.replace(/\W/g, '-')}-${basename(cwd)}.mjs`);
  writeFileSync(file, transformSync(code, { loader: 'ts', format: 'esm' }).code);
  writeFileSync(join(cwd, 'a.bin'), 'abc');
  try {
    return (await promisify(execFile)(process.execPath, [file], { cwd })).stdout;
  } finally {
    rmSync(cwd, { recursive: true });
    rmSync(file);
  }
}
