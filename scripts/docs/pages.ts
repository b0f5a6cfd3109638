import { readFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { diagramOf } from './diagrams.js';
import { draw } from './draw.js';
import { entries, slug, valuesOf } from './entries.js';
import { pageOf } from './page.js';
import { withParts } from './parts.js';
import { shellFiles } from './shellFiles.js';
import { writtenPages } from './writtenPages.js';

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
  for (const [path, content] of shellFiles()) files.set(path, content);
  for (const path of writtenPages()) await text(path, withParts(readFileSync(path, 'utf8')));
  return files;
}
