import { setTimeout as sleep } from 'node:timers/promises';
import { content } from '../content.js';
import { many } from '../many.js';
import { shim } from '../shim.js';

const MAX_MIB = 256;

/** @type {import('../stage.js').Case} */
export default {
  name: 'memory',
  title:
    '100 senders of 100 MiB at a disk that takes 100 ms for each write: 256 MiB of memory are enough',
  needs: ['cc'],
  rounds: 1,
  async play(here) {
    const env = { LD_PRELOAD: shim(here.root), FILES_DELAY: '100', UV_THREADPOOL_SIZE: '4' };
    const server = await here.start({ args: ['--idle-timeout', '3s'], env });
    const { port } = server;
    const file = content(100 << 20);
    const enough = sleep(10_000);
    const entries = await many(100, () =>
      here.upload({ port, file, piece: 1 << 20, until: enough }),
    );
    here.notes.push(`${server.peak().toFixed()} MiB at most`);
    here.expect(server.peak() < MAX_MIB, `it takes ${server.peak().toFixed()} MiB`);
    const accused = entries.filter((entry) => entry?.saw === 'rst').length;
    here.expect(accused === 0, `${accused} senders that wait for the disk are accused`);
  },
};
