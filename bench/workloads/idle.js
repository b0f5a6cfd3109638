import { settledKiB } from '../../scripts/machine/proc.js';
import { counted, inWords } from '../sizes.js';
import { median } from '../statistics.js';
import { holding } from './holding.js';
import { serving } from './serving.js';
import { single } from './single.js';

/** @typedef {import('../peers/servers.js').ServerPeer} ServerPeer */

/** One takes less than 0.1 s, and a garbage collection, of which there is one every few seconds, half of that. */
const UPLOADS = 8;

/**
 * What an idle connection weighs, and whether thousands of them slow an upload down.
 *
 * @param {import('../fixture.js').Fixture} fixture
 * @param {ServerPeer[]} peers
 * @returns {import('./workload.js').Workload<ServerPeer>}
 */
export function idle(fixture, peers) {
  const { idle: count, upload: size } = fixture.sizes;

  /** @param {string} dir @param {string} ports @param {number} silent connections before it */
  const rate = async (dir, ports, silent) => {
    const rates = [];
    for (let upload = 1; upload <= UPLOADS; upload++)
      rates.push(await single(fixture, { dir, ports, number: silent + upload }));
    // The first one warms the server up.
    return median(rates.slice(1));
  };

  return {
    name: 'idle',
    title: `${counted(count)} idle connections, and ${inWords(size)} beside them`,
    peers,
    against: ['C', 'Python'],
    rounds: 3,
    figures: {
      weight: { label: 'KiB each', better: 'less' },
      beside: { label: 'MiB/s beside', better: 'more' },
      alone: { label: 'MiB/s alone', better: 'more' },
      kept: { label: 'beside ÷ alone' },
    },
    async run(peer) {
      const alone = await fixture.inDirectory((dir) =>
        serving(fixture, peer, { dir, patient: true }, ({ ports }) => rate(dir, ports, 0)),
      );
      const { weight, beside } = await fixture.inDirectory((dir) =>
        serving(fixture, peer, { dir, patient: true }, async ({ pid, ports }) => {
          const before = await settledKiB(pid);
          return holding(fixture, { port: ports, count }, async () => {
            const weight = ((await settledKiB(pid)) - before) / count;
            return { weight, beside: await rate(dir, ports, count) };
          });
        }),
      );
      return { weight, beside, alone, kept: beside / alone };
    },
  };
}
