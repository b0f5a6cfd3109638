import { join } from 'node:path';
import { build } from 'esbuild';
import { directory } from './programs.js';

/** Returns the arguments with which Node runs lines that import from our sources. */
export async function bundled(lines: string): Promise<readonly string[]> {
  const outfile = join(directory(), 'program.mjs');
  await build({
    stdin: { contents: lines, resolveDir: '.', loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile,
    banner: {
      js: "import { createRequire as cr } from 'node:module'; const require = cr(import.meta.url);",
    },
  });
  return [outfile];
}

/** Returns the arguments with which Node runs lines before a program. */
export const preloaded = (lines: string): readonly string[] => [
  '--import',
  `data:text/javascript,${encodeURIComponent(lines)}`,
];

/** Simulates a system on which a descriptor cannot be opened again, for example without /proc. */
export const WITHOUT_PROC = preloaded(`
  import fs from 'node:fs';
  import { syncBuiltinESMExports } from 'node:module';
  for (const name of ['openSync', 'readlinkSync', 'readFileSync']) {
    const original = fs[name];
    fs[name] = (path, ...rest) => {
      if (String(path).startsWith('/proc/')) throw new Error('there is no /proc');
      return original(path, ...rest);
    };
  }
  syncBuiltinESMExports();
`);
