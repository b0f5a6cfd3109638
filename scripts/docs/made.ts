import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Where the compiler's reference of the types goes; it is not kept. */
const REFERENCE = join('docs', 'api');

/** Files in `docs/` that nothing makes any longer. */
export const surplus = (made: ReadonlyMap<string, string>): readonly string[] =>
  readdirSync('docs', { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((path) => !path.startsWith(REFERENCE) && !made.has(path));
