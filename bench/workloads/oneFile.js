import { KiB } from '../sizes.js';
import { bareNode } from './bareNode.js';
import { transfer } from './transfer.js';

/** @typedef {import('../peers/clients.js').ClientPeer} ClientPeer */

/**
 * A fresh process sends 1 KiB: how long until it has ended.
 *
 * @param {import('../fixture.js').Fixture} fixture
 * @param {ClientPeer[]} peers
 * @returns {import('./workload.js').Workload<ClientPeer>}
 */
export function oneFile(fixture, peers) {
  const bare = bareNode(fixture);
  return {
    name: 'one',
    title: 'client: 1 KiB by a fresh process, from start to end',
    peers: [...peers, { ...bare, missing: undefined, sends: () => [] }],
    against: ['C', 'Python', bare.name],
    repeats: 3,
    figures: { ms: { label: 'ms', better: 'less' } },
    async run(peer) {
      if (peer.name === bare.name) return bare.run();
      const { whole } = await transfer(fixture, peer, {
        file: fixture.oneKiB,
        size: KiB,
        compared: true,
      });
      return { ms: 1_000 * whole };
    },
  };
}
