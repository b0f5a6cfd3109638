/** Builds the library with tsc and the two programs as one file each (start-up is felt on every call). */
import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { buildPage } from './page.js';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
rmSync('dist', { recursive: true, force: true });
execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {
  stdio: 'inherit',
});

await buildPage('dist/page.html');

/** @type {import('esbuild').Plugin} */
const asciiHelp = {
  name: 'ascii-help',
  setup(bundle) {
    const path = fileURLToPath(new URL('stringWidth.js', import.meta.url));
    bundle.onResolve({ filter: /^string-width$/ }, () => ({ path }));
  },
};

/** @type {import('esbuild').Plugin} Of our package.json, the programs need the version alone. */
const versionOnly = {
  name: 'version-only',
  setup(bundle) {
    const path = fileURLToPath(new URL('../package.json', import.meta.url));
    bundle.onLoad({ filter: /package\.json$/ }, (file) => {
      if (file.path !== path) return undefined;
      const { version } = JSON.parse(readFileSync(path, 'utf8'));
      return { contents: JSON.stringify({ version }), loader: 'json' };
    });
  },
};

const programs = ['rxdrop-server', 'rxdrop-client'];
await build({
  entryPoints: programs.map((name) => `src/cli/${name}.ts`),
  outdir: 'dist/bin',
  bundle: true,
  splitting: true,
  minify: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  mainFields: ['module', 'main'],
  plugins: [asciiHelp, versionOnly],
  // For Node, rxjs offers its ES5 modules first; these can be shaken, start sooner and run faster.
  alias: {
    rxjs: fileURLToPath(new URL('../node_modules/rxjs/dist/esm/index.js', import.meta.url)),
  },
  banner: {
    js: "import { createRequire as __cr } from 'node:module'; const require = __cr(import.meta.url);",
  },
});
for (const name of programs) chmodSync(`dist/bin/${name}.js`, 0o755);
