import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../scripts/machine/ports.js';
import { childrenOf, programOf } from '../../scripts/machine/proc.js';
import { many } from '../many.js';
import { anyOf, oneOf } from '../random.js';
import { until } from '../until.js';

const SECONDS = 15;
const WORKER = fileURLToPath(new URL('../../dist/bin/worker.js', import.meta.url));

/** @type {readonly NodeJS.Signals[]} `SIGABRT` is how a process ends that has no memory left. */
const WAYS = ['SIGKILL', 'SIGKILL', 'SIGABRT', 'SIGSTOP'];

/** @type {import('../stage.js').Case} */
export default {
  name: 'workers',
  title:
    'every second, one of two workers dies or is stopped for ever, under uploads of every size; with receipts or limits of files',
  rounds: 2,
  async play(here) {
    const isLimited = here.round % 2 === 1;
    const adminPort = String(await freePort());
    const args = isLimited ? ['--max-files', '1000000', '--admin-port', adminPort] : ['--receipt'];
    const server = await here.start({ args: ['--workers', '2', ...args] });
    const { port } = server;
    let isOver = false;
    const uploading = many(20, async () => {
      while (!isOver) {
        await here.upload({ port, size: oneOf([0, 5, anyOf(0, 4_096), anyOf(0, 4 << 20)]) });
      }
    });
    let ends = 0;
    for (let second = 0; second < SECONDS; second++) {
      await sleep(anyOf(500, 1_500));
      // The system's call that starts a process waits until that runs its program.
      const victims = childrenOf(server.pid).filter((pid) => programOf(pid, WORKER) === pid);
      if (victims.length === 0) continue;
      process.kill(oneOf(victims), oneOf(WAYS));
      ends++;
    }
    isOver = true;
    await uploading;
    here.expect(
      await until(() => childrenOf(server.pid).length === 2, 15_000),
      'a worker is not replaced',
    );
    if (isLimited) {
      // A count during uploads may count a file twice. The death of a worker has all files counted again.
      const [last] = childrenOf(server.pid);
      if (last !== undefined) process.kill(last, 'SIGKILL');
      const used = () => filesUsed(adminPort);
      const isFree = async () => (await used()) === readdirSync(here.dir).length;
      here.expect(
        await until(isFree),
        `of --max-files, ${await used()} are used by ${readdirSync(here.dir).length} files`,
      );
    }
    here.expect(/WARNING: worker \d+ ended/.test(server.stderr()), 'no warning reports a worker');
    here.notes.push(`${ends} signals`);
  },
};

/** @param {string} adminPort How many files there are by the server's count, with those that workers have reserved. */
async function filesUsed(adminPort) {
  const metrics = await fetch(`http://127.0.0.1:${adminPort}/metrics`);
  return Number(/^rxdrop_files (?<files>\d+)$/m.exec(await metrics.text())?.groups?.files);
}
