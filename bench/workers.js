import { cpuSeconds } from '../scripts/machine/proc.js';
import { batch, beside } from './pairs.js';
import { ourServer, servers } from './peers/servers.js';
import { GiB, MiB } from './sizes.js';
import { median } from './statistics.js';

/**
 * @typedef {import('./fixture.js').Fixture} Fixture
 * @typedef {import('./pairs.js').Server} Server
 * @typedef {Record<string, number>} Sample
 * @typedef {{ name: string, samples: Sample[] }} Row
 */

/** Batches of each round, of which the first one of small files compiles. */
const BATCHES = 3;

/**
 * Measures servers with one receiving process and more, beside a thread per connection in C and in Python. All run in
 * turn, so that other work of the machine affects all of them.
 *
 * @param {Fixture} fixture
 * @param {{ workers: readonly number[], rounds: number, print: (doing: string) => void }} options
 * @returns {Promise<string>} the table
 */
export async function workers(fixture, { workers, rounds, print }) {
  const threads = servers(fixture.tools).filter(
    ({ name, missing }) => ['C', 'Python'].includes(name) && missing === undefined,
  );
  const ours = workers.map((count) => ({
    ...ourServer({ options: ['--workers', `${count}`] }),
    name: `--workers ${count}`,
  }));
  const peers = [...threads, ...ours];
  /** @type {Row[]} */
  const rows = peers.map(({ name }) => ({ name, samples: [] }));
  for (let round = 0; round < rounds; round++) {
    await beside(fixture, peers, async (servers) => {
      for (const [what, measure] of Object.entries(MEASURES)) {
        for (let time = 0; time <= BATCHES; time++) {
          /** @type {Sample[]} */
          const samples = [];
          for (let turn = 0; turn < peers.length; turn++) {
            const index = (turn + time + round) % peers.length;
            const server = servers[index];
            if (!server) continue;
            print(`round ${round + 1} of ${rounds}: ${what}, ${peers[index]?.name}`);
            samples[index] = await measure(fixture, server);
          }
          if (time > 0)
            for (const [index, { samples: all }] of rows.entries()) all.push(samples[index] ?? {});
        }
      }
      return [];
    });
  }
  return table(rows);
}

/** @type {Record<string, (fixture: Fixture, server: Server) => Promise<Sample>>} */
const MEASURES = {
  async bulk(fixture, server) {
    const { streams: senders, size } = fixture.sizes.bulk;
    const { cpu, seconds, bytes } = await costOf(fixture, server, { senders, each: 1, size });
    return { 'MiB/s': bytes / MiB / seconds, 'CPU-s per GiB': cpu / (bytes / GiB) };
  },
  async small(fixture, server) {
    const { senders, first: each, size } = fixture.sizes.small;
    const { cpu, seconds } = await costOf(fixture, server, { senders, each, size });
    const files = senders * each;
    return { '1 KiB files/s': files / seconds, 'CPU-µs per file': (1e6 * cpu) / files };
  },
};

/**
 * @param {Fixture} fixture
 * @param {Server} server
 * @param {{ senders: number, each: number, size: number }} what
 */
async function costOf(fixture, server, what) {
  const before = cpuSeconds(server.pid);
  const sent = await batch(fixture, server, what);
  return { ...sent, cpu: cpuSeconds(server.pid) - before };
}

/** Medians, and those of the ratios to the first row. @param {Row[]} rows */
function table(rows) {
  const figures = [...new Set(rows.flatMap(({ samples }) => samples.flatMap(Object.keys)))];
  const base = rows[0]?.samples ?? [];
  const head = ['', ...figures.flatMap((figure) => [figure, `÷ ${rows[0]?.name}`])];
  const body = rows.map(({ name, samples }) => [
    name,
    ...figures.flatMap((figure) => {
      const values = samples.map((sample) => sample[figure] ?? NaN);
      const ratios = values.map((value, index) => value / (base[index]?.[figure] ?? NaN));
      return [defined(values).toPrecision(4), defined(ratios).toFixed(2)];
    }),
  ]);
  return [head, ...body]
    .map(
      ([name = '', ...cells]) => name.padEnd(14) + cells.map((cell) => cell.padStart(16)).join(''),
    )
    .join('\n');
}

const defined = (/** @type {number[]} */ values) =>
  median(values.filter((value) => !Number.isNaN(value)));
