import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Folders of others, and folders with generated files. */
const FOREIGN = /^(?:node_modules|dist|coverage|reports|inbox|api|\..*)$/;

/** Returns the paths of all files of the repository with one of the extensions. */
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

/** Returns all Markdown pages of the repository. */
export const pages = (): readonly Page[] =>
  filesOf(['.md']).map((path) => ({ path, text: readFileSync(path, 'utf8') }));

/** Returns the code blocks of a page in a language. */
export const blocksOf = (text: string, language: string): readonly string[] =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(?<code>.*?)^\`\`\``, 'gms'))].map(
    ({ groups }) => groups?.code ?? '',
  );

/** Returns a page without its code. */
const proseOf = (text: string): string =>
  text.replace(/^```.*?^```/gms, '').replace(/`[^`\n]*`/g, (code) => '`'.repeat(code.length));

/** Returns the anchors of a page, as GitHub generates them from its headings. */
export const anchorsOf = (text: string): readonly string[] =>
  [...text.replace(/^```.*?^```/gms, '').matchAll(/^#+ (?<title>.*)$/gm)].map(({ groups }) =>
    (groups?.title ?? '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-'),
  );

/** A link of a page, relative to the root of the repository. */
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
