import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { spawn } from 'node:child_process';
import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CLIENT } from '../client.js';
import { many } from '../many.js';

const [JOBS, OTHERS] = [50, 4_000];

/** @type {import('../stage.js').Case} */
export default {
  name: 'deaf',
  title: `${JOBS} uploads at once to a receiver that reads nothing, beside ${OTHERS * 2} other sockets`,
  rounds: 1,
  unsettled: true,
  async play(here) {
    /** @type {import('node:net').Socket[]} */
    const sockets = [];
    const server = createServer({ pauseOnConnect: true }, (socket) => {
      sockets.push(socket.on('error', () => undefined));
    });
    await once(server.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 }), 'listening');
    here.finally(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
    for (let opened = 0; opened < OTHERS; opened += 100)
      await many(100, async () => {
        const socket = connect(port, '127.0.0.1').on('error', () => undefined);
        sockets.push(socket);
        await once(socket, 'connect');
      });

    const file = join(here.root, 'large');
    writeFileSync(file, '');
    truncateSync(file, 64 << 20);
    const since = performance.now();
    const args = [CLIENT, '127.0.0.1', String(port), ...Array.from({ length: JOBS }, () => file)];
    const child = spawn(process.execPath, [...args, '--jobs', String(JOBS), '--timeout', '4s'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    here.finally(() => child.kill('SIGKILL'));
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (/** @type {string} */ text) => (stderr += text));
    const [status] = await once(child, 'close');
    const seconds = (performance.now() - since) / 1_000;
    const stalls = stderr
      .split('\n')
      .filter((line) => line.includes('accepted no data for 4')).length;
    here.expect(stalls === JOBS, `${stalls} of ${JOBS} report that nothing was taken: ${stderr}`);
    here.expect(status === 75, `it ends with ${status}`);
    here.expect(seconds < 12, `after ${seconds.toFixed(1)} s, although 4 s are enough`);
  },
};
