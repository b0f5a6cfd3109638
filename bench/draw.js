/** draw [DIR]: draws DIR/scale.svg from DIR/results.json. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { curves } from './curves.js';
import { here } from './tools.js';

/** @param {string} dir */
export function draw(dir) {
  const results = /** @type {import('./measure.js').Results} */ (
    JSON.parse(readFileSync(join(dir, 'results.json'), 'utf8'))
  );
  const picture = curves(results);
  if (picture !== undefined) writeFileSync(join(dir, 'scale.svg'), picture);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  draw(process.argv[2] ?? here('.'));
