import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { now } from '../metered.js';
import { cpuSecondsOfThreads } from '../../scripts/machine/proc.js';
import { freePort } from '../../scripts/machine/ports.js';
import { bareNode } from './bareNode.js';

/** @typedef {import('../peers/servers.js').ServerPeer} ServerPeer */

/**
 * From starting a server until it takes a connection.
 *
 * @param {import('../fixture.js').Fixture} fixture
 * @param {ServerPeer[]} peers
 * @returns {import('./workload.js').Workload<ServerPeer>}
 */
export function starting(fixture, peers) {
  const bare = bareNode(fixture);
  return {
    name: 'start',
    title: 'start of the server until it takes a connection',
    peers: [...peers, { ...bare, missing: undefined }],
    against: ['C', 'Python', bare.name],
    repeats: 3,
    figures: { ms: { label: 'ms', better: 'less' } },
    run: (peer) =>
      peer.name === bare.name
        ? bare.run()
        : fixture.inDirectory(async (dir) => {
            const port = await freePort();
            const [command = '', ...args] = (peer.serves ?? onItsPort(peer))({ port, dir });
            const server = await fixture.start({ command, args });
            try {
              const ms = 1_000 * ((await takenAt(port)) - server.startedAt);
              return { ms, cpu: 1_000 * cpuSecondsOfThreads(server.pid) };
            } finally {
              await server.stop();
            }
          }),
  };
}

const onItsPort =
  (/** @type {ServerPeer} */ { takesOne }) =>
  (/** @type {{ port: number, dir: string }} */ { port }) =>
    takesOne?.(port) ?? [];

/** @param {number} port */
async function takenAt(port) {
  for (let tries = 0; tries < 5_000; tries++) {
    const socket = connect(port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      return now();
    } catch {
      await sleep(1);
    } finally {
      socket.destroy();
    }
  }
  throw new Error('it does not listen');
}
