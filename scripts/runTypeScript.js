import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

/**
 * Runs a program that is written in TypeScript.
 *
 * @param {string} path
 */
export async function runTypeScript(path) {
  // Inside the package, so that what it imports is found.
  const outfile = `coverage/${path.replaceAll('/', '-')}.mjs`;
  await build({
    entryPoints: [path],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    packages: 'external',
  });
  try {
    await import(new URL(`../${outfile}`, import.meta.url).href);
  } finally {
    rmSync(outfile);
  }
}
