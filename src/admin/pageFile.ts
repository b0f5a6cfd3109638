import { readFileSync } from 'node:fs';

/** Reads the page, which `scripts/build.js` writes beside the library and the programs. */
export const readPage = (): string =>
  readFileSync(new URL('../page.html', import.meta.url), 'utf8');
