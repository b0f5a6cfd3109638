import { readFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { diagramOf } from './diagrams.js';
import { draw } from './draw.js';
import { entries, slug, valuesOf } from './entries.js';
import { indexPage, listOf } from './contents.js';
import { pageOf } from './page.js';

/** All files that are made, by their paths, as they have to be. */
export async function pages(): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  const text = async (path: string, content: string) => {
    const config = await resolveConfig(path);
    files.set(path, await format(content, { ...config, filepath: path }));
  };
  for (const entry of entries()) {
    for (const value of valuesOf(entry)) {
      const path = `docs/${entry.name}/${slug(value)}`;
      const diagram = diagramOf(value.name);
      if (diagram) files.set(`${path}.svg`, draw(diagram));
      await text(`${path}.md`, pageOf(value, entry));
    }
  }
  await text('docs/README.md', indexPage());
  await text('README.md', readme(readFileSync('README.md', 'utf8')));
  return files;
}

/** The README with its lists of what the entries export. */
const readme = (text: string): string =>
  text.replace(
    /(?<=^<!-- docs: (?<entry>\w+) -->\n).*?(?=^<!-- \/docs -->)/gms,
    (_, entry: string) => `\n${listOf(entry)}\n\n`,
  );
