/**
 * Preloaded into a server. At SIGUSR2, the server collects its garbage, and writes the remaining bytes and the number
 * of timers to descriptor 3.
 */
import { writeSync } from 'node:fs';
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = /** @type {() => void} */ (runInNewContext('gc'));
process.on('SIGUSR2', () => {
  collect();
  // `process.memoryUsage` needs /proc, which is missing in some cases.
  const { used_heap_size: heap, external_memory: external } = getHeapStatistics();
  const timers = process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
  writeSync(3, `${heap + external} ${timers}\n`);
});
