/** Builds the page of the admin port: one file, with its script and its style inside. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const RXJS = fileURLToPath(new URL('../node_modules/rxjs/dist/esm/index.js', import.meta.url));

/** @param {string} outfile */
export async function buildPage(outfile) {
  const html = readFileSync('src/page/page.html', 'utf8');
  const [script, style] = [await bundled('src/page/main.ts'), await bundled('src/page/page.css')];
  writeFileSync(
    outfile,
    html
      // A function, because a dollar sign in a text would have a meaning.
      .replace('<!-- style -->', () => `<style>${style}</style>`)
      .replace('<!-- script -->', () => `<script>${script}</script>`),
  );
}

/** @param {string} path */
async function bundled(path) {
  const { outputFiles } = await build({
    entryPoints: [path],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    target: ['es2022', 'chrome110', 'firefox110', 'safari16'],
    alias: { rxjs: RXJS },
  });
  return outputFiles[0]?.text.trim() ?? '';
}
