import { GiB, inWords, KiB, MiB } from '../sizes.js';
import { transfer } from './transfer.js';
import { costs } from './workload.js';

/**
 * A client sends the whole source: how fast, and what it costs the client.
 *
 * @param {import('../stage.js').Stage} stage
 * @param {import('../peers/clients.js').ClientPeer[]} peers
 * @returns {import('./workload.js').Workload<import('../peers/clients.js').ClientPeer>}
 */
export function sending(stage, peers) {
  const size = stage.sizes.stream;
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
      if (first) await transfer(stage, peer, { file: stage.source, size, compared: true });
      const { line, whole, cpu, peakKiB, otherBusy } = await transfer(stage, peer, {
        file: stage.source,
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
