/**
 * Preloaded into a program (`node --import`), counts its file calls, its timers and the bytes of its buffers. At each
 * SIGUSR2, it writes the counts as JSON into the file that COUNTS names. With `--expose-gc`, it also reports the size
 * of the live heap and of its young space.
 */
import { Buffer } from 'node:buffer';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { getHeapSpaceStatistics, getHeapStatistics } from 'node:v8';

const { renameSync, writeFileSync } = fs;
/** @type {Record<string, number>} */
const counts = {};
const add = (/** @type {string} */ name, /** @type {number} */ number) =>
  (counts[name] = (counts[name] ?? 0) + number);

/**
 * @param {object} owner
 * @param {string} name of a function of it
 * @param {(first: unknown) => number} [numberOf] the number to add for a call
 */
function count(owner, name, numberOf = () => 1) {
  const functions = /** @type {Record<string, (...args: unknown[]) => unknown>} */ (owner);
  const original = functions[name];
  functions[name] = /** @this {unknown} @param {unknown[]} args */ function (...args) {
    add(name, numberOf(args[0]));
    return original?.apply(this, args);
  };
}

for (const [name, value] of Object.entries(fs))
  if (typeof value === 'function' && /^[a-z]/.test(name)) count(fs, name);
for (const name of ['setTimeout', 'setInterval']) count(globalThis, name);
for (const name of ['alloc', 'allocUnsafe', 'allocUnsafeSlow']) count(Buffer, name, Number);
count(Buffer, 'from', (bytes) => /** @type {{ length?: number }} */ (bytes).length ?? 0);
syncBuiltinESMExports();

// On a busy machine, a slow call would switch the disk to its slow mode.
globalThis.performance.now = () => 0;

function heap() {
  if (!globalThis.gc) return {};
  globalThis.gc();
  const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space');
  return { heap: getHeapStatistics().used_heap_size, youngSpace: young?.space_size };
}

process.on('SIGUSR2', () => {
  const path = String(process.env.COUNTS);
  writeFileSync(`${path}.part`, JSON.stringify({ ...counts, ...heap() }));
  renameSync(`${path}.part`, path);
});
