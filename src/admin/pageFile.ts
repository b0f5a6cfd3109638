import { readFileSync } from 'node:fs';

/** The page, as `scripts/build.js` writes it beside the library and the programs. */
export const readPage = (): string =>
  readFileSync(new URL('../page.html', import.meta.url), 'utf8');
