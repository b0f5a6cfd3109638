import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { entries } from './entries.js';

/** Files in the generated folders of `docs/` that are not generated any longer. */
export const surplus = (made: ReadonlyMap<string, string>): readonly string[] =>
  entries()
    .map(({ name }) => join('docs', name))
    .flatMap((folder) => readdirSync(folder).map((file) => join(folder, file)))
    .filter((path) => !made.has(path));
