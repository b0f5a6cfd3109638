import { batch, beside, inTurn, table } from './pairs.js';
import { ourServer } from './peers/servers.js';
import { GiB, MiB } from './sizes.js';
import { idle } from './workloads/idle.js';
import { starting } from './workloads/starting.js';

/**
 * @typedef {import('./fixture.js').Fixture} Fixture
 * @typedef {import('./pairs.js').Pair} Pair
 * @typedef {import('./pairs.js').Server} Server
 * @typedef {import('./peers/servers.js').ServerPeer} ServerPeer
 */

/**
 * Compares this build with that of another checkout. Both run in turn, and each ratio is one of two runs that
 * followed each other, so that other work of the machine affects both.
 *
 * @param {Fixture} fixture
 * @param {{ against: string, rounds: number, isAsked: (name: string) => boolean, print: (doing: string) => void }} options
 * @returns {Promise<string>} the table
 */
export async function against(fixture, { against: checkout, rounds, isAsked, print }) {
  const builds = [ourServer(), ourServer({ checkout })];
  /** @type {Pair[]} */
  const pairs = [];
  for (let round = 0; round < rounds; round++) {
    for (const [name, compare] of Object.entries(COMPARISONS)) {
      if (!isAsked(name)) continue;
      print(`round ${round + 1} of ${rounds}: ${name}`);
      pairs.push(...(await compare(fixture, builds)));
    }
  }
  return table(pairs);
}

/** @type {Record<string, (fixture: Fixture, builds: ServerPeer[]) => Promise<Pair[]>>} */
const COMPARISONS = {
  bulk: (fixture, builds) =>
    beside(fixture, builds, (servers) => {
      const { streams: senders, size } = fixture.sizes.bulk;
      return inTurn(servers, 4, async (server) => {
        const { cpu, seconds, bytes } = await batch(fixture, server, { senders, each: 1, size });
        return { 'bulk: CPU-s per GiB': cpu / (bytes / GiB), 'bulk: MiB/s': bytes / MiB / seconds };
      });
    }),

  small: (fixture, builds) =>
    beside(fixture, builds, async (servers) => {
      const { senders, first: each, size } = fixture.sizes.small;
      const run = (/** @type {string} */ files) => async (/** @type {Server} */ server) => {
        const { cpu, seconds } = await batch(fixture, server, { senders, each, size });
        const number = senders * each;
        return { [`${files}: CPU-µs`]: (1e6 * cpu) / number, [`${files}/s`]: number / seconds };
      };
      return [
        ...(await inTurn(servers, 1, run('first 1 KiB files'))),
        ...(await inTurn(servers, 6, run('1 KiB files'))),
      ];
    }),

  idle: (fixture, builds) =>
    inTurn(builds, 1, async (build) => {
      const { weight = NaN } = await idle(fixture, builds).run(build, false);
      return { 'idle connection: KiB': weight };
    }),

  start: (fixture, builds) =>
    inTurn(builds, 12, async (build) => {
      const { ms = NaN, cpu = NaN } = await starting(fixture, builds).run(build, false);
      return { 'start: ms': ms, 'start: CPU-ms': cpu };
    }),
};
