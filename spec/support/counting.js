/**
 * Preloaded into a program (`node --import`): counts its file calls and timers, and the bytes of its
 * buffers, and writes all that as JSON into the file that COUNTS names, at each SIGUSR2. With
 * `--expose-gc`, it weighs the heap, too: what is alive in it, and how large its young space has become.
 */
import { Buffer } from 'node:buffer';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { getHeapSpaceStatistics, getHeapStatistics } from 'node:v8';

const { renameSync, writeFileSync } = fs;
const counts = {};
const add = (name, number) => (counts[name] = (counts[name] ?? 0) + number);

function count(owner, name, numberOf = () => 1) {
  const original = owner[name];
  owner[name] = function (...args) {
    add(name, numberOf(...args));
    return original.apply(this, args);
  };
}

for (const name of Object.keys(fs))
  if (typeof fs[name] === 'function' && /^[a-z]/.test(name)) count(fs, name);
for (const name of ['setTimeout', 'setInterval']) count(globalThis, name);
for (const name of ['alloc', 'allocUnsafe', 'allocUnsafeSlow']) count(Buffer, name, (size) => size);
count(Buffer, 'from', (bytes) => bytes?.length ?? 0);
syncBuiltinESMExports();

// Calls that take long on a busy machine would be made in another way from then on.
globalThis.performance.now = () => 0;

function heap() {
  if (!globalThis.gc) return {};
  globalThis.gc();
  const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space');
  return { heap: getHeapStatistics().used_heap_size, youngSpace: young?.space_size };
}

process.on('SIGUSR2', () => {
  const path = process.env.COUNTS;
  writeFileSync(`${path}.part`, JSON.stringify({ ...counts, ...heap() }));
  renameSync(`${path}.part`, path);
});
