/**
 * Loaded into a server before it starts: at SIGUSR2 it collects its garbage, and tells the bytes that are
 * left and the timers that run.
 */
import { writeSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');
process.on('SIGUSR2', () => {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  const timers = process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
  writeSync(1, `${heapUsed + external} ${timers}\n`);
});
