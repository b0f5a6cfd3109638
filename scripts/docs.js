/** Generates the pages of operators and adapters, and the tables and lists in the written pages. */
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

// Inside the package, so that what it imports is found.
const outfile = 'coverage/docs.mjs';
await build({
  entryPoints: ['scripts/docs/main.ts'],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  packages: 'external',
});
await import(new URL(`../${outfile}`, import.meta.url).href);
rmSync(outfile);
