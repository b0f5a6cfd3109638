// Copies a large file to the slow reader, and looks at the memory of this process meanwhile.
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { copy } from './copy.js';

const MiB = 2 ** 20;
const size = Number(process.env.COPY_MIB ?? 1_024);
const MAX_GROWTH_MIB = 64;

const directory = mkdtempSync(join(tmpdir(), 'rxdrop-copy-'));
const path = join(directory, 'large.bin');
const hash = createHash('sha256');
for (let written = 0; written < size; written++) {
  const block = randomBytes(MiB);
  hash.update(block);
  appendFileSync(path, block);
}

const reader = fork(fileURLToPath(new URL('./reader.js', import.meta.url)));
const [{ port }] = (await once(reader, 'message')) as [{ port: number }];

const rss = () => process.memoryUsage.rss() / MiB;
const start = rss();
let peak = start;
const looking = setInterval(() => {
  peak = Math.max(peak, rss());
}, 20);

const since = performance.now();
const read = once(reader, 'message');
await new Promise<void>((complete, error) => {
  copy(path, port).subscribe({ complete, error });
});
const seconds = (performance.now() - since) / 1_000;
clearInterval(looking);
rmSync(directory, { recursive: true });

const [what] = (await read) as [unknown];
assert.deepEqual(what, { size: size * MiB, digest: hash.digest('hex') });
const growth = peak - start;
assert.ok(growth < MAX_GROWTH_MIB, `it grew by ${growth.toFixed(1)} MiB`);
console.log(
  `→ ${size} MiB to a slow reader in ${seconds.toFixed(1)} s; memory grew by ${growth.toFixed(1)} MiB (at most ${MAX_GROWTH_MIB})`,
);
