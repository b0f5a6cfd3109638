import { GiB, inWords, KiB, MiB } from '../sizes.js';
import { transfer } from './transfer.js';
import { costs } from './workload.js';

/**
 * A client sends the whole source: how fast, and what it costs the client.
 *
 * @param {import('../fixture.js').Fixture} fixture
 * @param {import('../peers/clients.js').ClientPeer[]} peers
 * @returns {import('./workload.js').Workload<import('../peers/clients.js').ClientPeer>}
 */
export function sending(fixture, peers) {
  const size = fixture.sizes.stream;
  return {
    name: 'send',
    title: `client: one stream of ${inWords(size)}`,
    peers,
    against: ['C', 'Python', 'Python sendfile'],
    figures: {
      rate: { label: 'MiB/s on the line', better: 'more' },
      whole: { label: 'MiB/s of the process', better: 'more' },
      ...costs,
    },
    async run(peer, first) {
      if (first) await transfer(fixture, peer, { file: fixture.source, size, compared: true });
      const { line, whole, cpu, peakKiB, otherBusy } = await transfer(fixture, peer, {
        file: fixture.source,
        size,
      });
      return {
        rate: size / MiB / line,
        whole: size / MiB / whole,
        cpu: cpu / (size / GiB),
        peak: (peakKiB * KiB) / MiB,
        otherBusy,
      };
    },
  };
}
