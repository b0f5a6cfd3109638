/** Builds the library with tsc and the two programs as few files (start-up is felt on every call). */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';
import { builtins } from './builtins.js';
import { buildPage } from './page.js';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
rmSync('dist', { recursive: true, force: true });
execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {
  stdio: 'inherit',
});

await buildPage('dist/page.html');
mkdirSync('dist/bin');

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
  'src/s3.ts',
  'src/node/proxyProtocol.ts',
  'src/store/ids/numbersOf.ts',
  'src/workers.ts',
  'src/cli/outputs/adminPages.ts',
  'src/cli/outputs/eventLog.ts',
  'src/cli/outputs/eventStream.ts',
  'src/cli/outputs/hookOutput.ts',
].map((path) => resolve(path));

/**
 * What is imported on demand is one module. Each module of its own would share other code with the program, and
 * each such share is a file. It imports the program, too, so that the program and what both share are one file.
 *
 * @type {(program: string) => import('esbuild').Plugin}
 */
const onDemand = (program) => ({
  name: 'on-demand',
  setup(bundle) {
    bundle.onResolve({ filter: /^\./ }, ({ kind, path, resolveDir }) => {
      if (kind !== 'dynamic-import') return undefined;
      const file = resolve(resolveDir, path.replace(/\.js$/, '.ts'));
      if (!ON_DEMAND.includes(file)) throw new Error(`${file} is not in the list ON_DEMAND`);
      return { path: 'on-demand', namespace: 'on-demand' };
    });
    bundle.onLoad({ filter: /./, namespace: 'on-demand' }, () => ({
      contents: [program, ...ON_DEMAND]
        .map((file) => `export * from ${JSON.stringify(file)};`)
        .join('\n'),
      resolveDir: process.cwd(),
      loader: 'ts',
    }));
  },
});

/**
 * Bundles a program as CommonJS, which Node compiles faster than an ES module. esbuild splits ES modules only, so each
 * of its files is transformed.
 *
 * Each program is built on its own, because what several share would be more files.
 *
 * @param {string} name
 * @param {string} source
 * @returns the name of the file that has the program
 */
async function buildProgram(name, source) {
  const { outputFiles, metafile } = await build({
    entryPoints: [{ in: source, out: name }],
    outdir: PROGRAMS,
    write: false,
    metafile: true,
    bundle: true,
    splitting: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    target: TARGET,
    mainFields: ['module', 'main'],
    // Clients of engines are loaded only if they are asked for, from where their user has installed them.
    external: ['@aws-sdk/*', '@nats-io/*', 'pg'],
    plugins: [builtins, parserOnly, versionOnly, onDemand(resolve(source))],
    // For Node, rxjs offers its ES5 modules first; these can be shaken, start sooner and run faster.
    alias: {
      rxjs: fileURLToPath(new URL('../node_modules/rxjs/dist/esm/index.js', import.meta.url)),
    },
    // CommonJS has no `import.meta`.
    define: { 'import.meta.url': 'fileUrl' },
  });
  let program = '';
  for (const { path, text } of outputFiles) {
    const { inputs = {} } = metafile.outputs[relative('', path)] ?? {};
    // If the program shares code with what is on demand, the file of its name only imports the file of both.
    if (Object.keys(inputs).length === 0) continue;
    if (source in inputs) program = basename(path);
    writeFileSync(path, await inCommonJs(text));
  }
  return program;
}

async function inCommonJs(/** @type {string} */ module) {
  // To import CommonJS, Node would search it for its exports.
  const required = module.replace(
    /import\(("\.[^"]+")\)/g,
    'Promise.resolve().then(() => require($1))',
  );
  const { code } = await transform(required, {
    format: 'cjs',
    minify: true,
    // For Node, it would add a list of the exports to each file.
    platform: 'neutral',
    target: TARGET,
    ...(module.includes('fileUrl') && {
      banner: "const fileUrl = require('node:url').pathToFileURL(__filename).href;",
    }),
  });
  return code;
}

/**
 * What is started. Node keeps what it has compiled in a directory beside the program, as Python does (`__pycache__`):
 * whoever can write there can change the program as well, which does not hold for a directory that all users share. If
 * nothing can be written there, or on Node 20, each start compiles the program.
 */
const launcherOf = (/** @type {string} */ program) => `#!/usr/bin/env node
require('node:module').enableCompileCache?.(\`\${__dirname}/.cache\`);
require('./${program}');
`;

const PROGRAMS = 'dist/bin';
const TARGET = 'node20.19';
for (const source of ['src/cli/rxdrop-server.ts', 'src/cli/rxdrop-client.ts', 'src/worker.ts']) {
  const name = basename(source, '.ts');
  const program = await buildProgram(`${name}-program`, source);
  writeFileSync(`${PROGRAMS}/${name}.js`, launcherOf(program), { mode: 0o755 });
}
writeFileSync(`${PROGRAMS}/package.json`, JSON.stringify({ type: 'commonjs' }));
