import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { surplus } from './made.js';
import { pages } from './pages.js';

const files = await pages();
for (const path of surplus(files)) rmSync(path);
for (const [path, content] of files) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}
