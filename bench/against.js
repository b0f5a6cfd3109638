import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cpuSecondsOfThreads } from '../scripts/machine/proc.js';
import { ourServer } from './peers/servers.js';
import { arrived } from './received.js';
import { GiB, MiB } from './sizes.js';
import { median } from './statistics.js';
import { idle } from './workloads/idle.js';
import { send } from './workloads/send.js';
import { serving } from './workloads/serving.js';
import { starting } from './workloads/starting.js';
import { Wrong } from './workloads/workload.js';

/**
 * @typedef {import('./fixture.js').Fixture} Fixture
 * @typedef {import('./peers/servers.js').ServerPeer} ServerPeer
 * @typedef {Record<string, number>} Sample
 * @typedef {[ours: Sample, theirs: Sample]} Pair of two runs, one directly after the other
 * @typedef {{ dir: string } & import('./workloads/serving.js').Server} Server
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
  const builds = [ourServer(), ourServer(checkout)];
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
      const { senders, count: each, size } = fixture.sizes.small;
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

/**
 * Runs one, then the other, and begins with the other the next time.
 *
 * @template T
 * @param {readonly T[]} both
 * @param {number} times
 * @param {(one: T) => Promise<Sample>} run
 */
async function inTurn(both, times, run) {
  /** @type {Pair[]} */
  const pairs = [];
  for (let time = 0; time < times; time++) {
    /** @type {Sample[]} */
    const samples = [];
    for (const one of time % 2 ? both.toReversed() : both) samples.push(await run(one));
    const [ours = {}, theirs = {}] = time % 2 ? samples.toReversed() : samples;
    pairs.push([ours, theirs]);
  }
  return pairs;
}

/**
 * Starts all servers, each with a directory.
 *
 * @param {Fixture} fixture
 * @param {readonly ServerPeer[]} builds
 * @param {(servers: Server[]) => Promise<Pair[]>} use
 * @returns {Promise<Pair[]>}
 */
const beside = (fixture, [build, ...others], use) =>
  build === undefined
    ? use([])
    : fixture.inDirectory((dir) =>
        serving(fixture, build, { dir }, (server) =>
          beside(fixture, others, (servers) => use([{ ...server, dir }, ...servers])),
        ),
      );

/**
 * Sends files to a server that has none, and removes them.
 *
 * @param {Fixture} fixture
 * @param {Server} server
 * @param {{ senders: number, each: number, size: number }} what
 */
async function batch(fixture, { ports, dir, pid }, { senders, each, size }) {
  const before = cpuSecondsOfThreads(pid);
  const { startedAt, endedAt } = await send(fixture, { ports, senders, each, size });
  const count = senders * each;
  const { lost } = await arrived(dir, { source: fixture.source, count, size });
  if (lost !== undefined) throw new Wrong(lost);
  const cpu = cpuSecondsOfThreads(pid) - before;
  for (const name of readdirSync(dir)) rmSync(join(dir, name));
  return { cpu, seconds: endedAt - startedAt, bytes: count * size };
}

/** @param {Pair[]} pairs */
function table(pairs) {
  const figures = [...new Set(pairs.flatMap(([ours]) => Object.keys(ours)))];
  const head = row('', ['this', 'other', 'this ÷ other', 'middle half', 'pairs']);
  return [head, ...figures.map((figure) => row(figure, cells(pairs, figure)))].join('\n');
}

/** @param {Pair[]} pairs @param {string} figure */
function cells(pairs, figure) {
  const found = pairs
    .map(([ours, theirs]) => [ours[figure] ?? NaN, theirs[figure] ?? NaN])
    .filter(([ours = NaN]) => !Number.isNaN(ours));
  const of = (/** @type {0 | 1} */ which) => median(found.map((pair) => pair[which] ?? NaN));
  const ratios = found.map(([ours = NaN, theirs = NaN]) => ours / theirs).sort((a, b) => a - b);
  const at = (/** @type {number} */ share) =>
    (ratios[Math.round(share * (ratios.length - 1))] ?? NaN).toFixed(3);
  return [
    of(0).toPrecision(4),
    of(1).toPrecision(4),
    median(ratios).toFixed(3),
    `${at(0.25)}–${at(0.75)}`,
    `${ratios.length}`,
  ];
}

/** @param {string} title @param {string[]} cells */
const row = (title, cells) => title.padEnd(26) + cells.map((cell) => cell.padStart(14)).join('');
