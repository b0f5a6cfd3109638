/**
 * Loaded into a server before it starts: at SIGUSR2 it collects its garbage, and tells on descriptor 3 the
 * bytes that are left and the timers that run.
 */
import { writeSync } from 'node:fs';
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = /** @type {() => void} */ (runInNewContext('gc'));
process.on('SIGUSR2', () => {
  collect();
  // `process.memoryUsage` asks /proc, which is not everywhere.
  const { used_heap_size: heap, external_memory: external } = getHeapStatistics();
  const timers = process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
  writeSync(3, `${heap + external} ${timers}\n`);
});
