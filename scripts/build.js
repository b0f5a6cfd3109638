/** Builds the library with tsc and the two programs as few files (start-up is felt on every call). */
import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { builtins } from './builtins.js';
import { buildPage } from './page.js';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
rmSync('dist', { recursive: true, force: true });
execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {
  stdio: 'inherit',
});

await buildPage('dist/page.html');

/** @type {import('esbuild').Plugin} Of yargs, the programs use the parser alone; each start would load the rest. */
const parserOnly = {
  name: 'parser-only',
  setup(bundle) {
    bundle.onResolve({ filter: /platform-shims/ }, ({ path, resolveDir }) => ({
      path: resolve(resolveDir, path),
      sideEffects: false,
    }));
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

const ON_DEMAND = [
  'src/hooks.ts',
  'src/node/proxyProtocol.ts',
  'src/workers.ts',
  'src/cli/outputs/adminPages.ts',
  'src/cli/outputs/eventLog.ts',
  'src/cli/outputs/hookOutput.ts',
].map((path) => fileURLToPath(new URL(`../${path}`, import.meta.url)));

/**
 * What is imported on demand is one module. Each module of its own would share other code with the program, and
 * each such share is a file.
 *
 * @type {import('esbuild').Plugin}
 */
const onDemand = {
  name: 'on-demand',
  setup(bundle) {
    bundle.onResolve({ filter: /^\./ }, ({ kind, path, resolveDir }) => {
      if (kind !== 'dynamic-import') return undefined;
      const file = resolve(resolveDir, path.replace(/\.js$/, '.ts'));
      if (!ON_DEMAND.includes(file)) throw new Error(`${file} is not in the list ON_DEMAND`);
      return { path: 'on-demand', namespace: 'on-demand' };
    });
    bundle.onLoad({ filter: /./, namespace: 'on-demand' }, () => ({
      contents: ON_DEMAND.map((file) => `export * from ${JSON.stringify(file)};`).join('\n'),
      resolveDir: process.cwd(),
      loader: 'ts',
    }));
  },
};

/**
 * Each program is built on its own: what both share would be more files, and Node opens all files of a program at
 * once, which a low open-files limit does not allow.
 */
const buildProgram = (/** @type {string} */ name) =>
  build({
    entryPoints: [`src/${name}.ts`],
    outdir: 'dist/bin',
    bundle: true,
    splitting: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    mainFields: ['module', 'main'],
    plugins: [builtins, parserOnly, versionOnly, onDemand],
    // For Node, rxjs offers its ES5 modules first; these can be shaken, start sooner and run faster.
    alias: {
      rxjs: fileURLToPath(new URL('../node_modules/rxjs/dist/esm/index.js', import.meta.url)),
    },
    // Without an import, only this shows other tools that a program is an ES module.
    footer: { js: 'export {};' },
    // Bundled CommonJS modules require nothing but builtins.
    banner: { js: 'const require = process.getBuiltinModule;' },
  });
for (const name of ['rxdrop-server', 'rxdrop-client']) {
  await buildProgram(`cli/${name}`);
  chmodSync(`dist/bin/${name}.js`, 0o755);
}
await buildProgram('worker');
