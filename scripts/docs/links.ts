import { posix } from 'node:path';
import { entries, slug, valuesOf } from './entries.js';

/** Turns a name as code into a link to the page of that name, unless a row of a table describes it. */
export const linked = (
  text: string,
  from: { readonly name?: string; readonly folder: string },
): string =>
  text.replace(/(?<!^\| )`(?<name>[\w$]+)`/gm, (code, name: string) => {
    const path = name === from.name ? undefined : pageOf(name);
    return path === undefined ? code : `[${code}](${posix.relative(from.folder, path)})`;
  });

function pageOf(name: string): string | undefined {
  const entry = entries().find((one) => valuesOf(one).some((value) => value.name === name));
  return entry && `docs/${entry.name}/${slug({ name })}.md`;
}
