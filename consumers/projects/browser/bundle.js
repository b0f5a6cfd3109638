import assert from 'node:assert/strict';
import { runInNewContext } from 'node:vm';
import { build } from 'esbuild';

const { outputFiles, metafile } = await build({
  entryPoints: ['page.ts'],
  bundle: true,
  minify: true,
  write: false,
  metafile: true,
  platform: 'browser',
});

const foreign = Object.keys(metafile.inputs).filter(
  (path) => !/^page\.ts$|^node_modules\/(rxjs|tslib|rxdrop\/dist\/(operators|errors))/.test(path),
);
assert.deepEqual(foreign, []);

// A page has a clock, timers and a document, and nothing of Node's.
const page = { document: { title: '' }, performance, setTimeout, setInterval, clearInterval };
const { text = '' } = outputFiles[0] ?? {};
runInNewContext(text, page);
assert.equal(page.document.title, 'abc');

console.log(`→ ${(text.length / 1024).toFixed(1)} KiB, rxjs included`);
