import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cpuSecondsOfThreads } from '../scripts/machine/proc.js';
import { arrived } from './received.js';
import { median } from './statistics.js';
import { send } from './workloads/send.js';
import { serving } from './workloads/serving.js';
import { Wrong } from './workloads/workload.js';

/**
 * @typedef {import('./fixture.js').Fixture} Fixture
 * @typedef {import('./peers/servers.js').ServerPeer} ServerPeer
 * @typedef {Record<string, number>} Sample
 * @typedef {[one: Sample, other: Sample]} Pair of two runs, one directly after the other
 * @typedef {{ dir: string } & import('./workloads/serving.js').Server} Server
 */

/**
 * Runs one, then the other, and begins with the other the next time.
 *
 * @template T
 * @param {readonly T[]} both
 * @param {number} times
 * @param {(one: T) => Promise<Sample>} run
 */
export async function inTurn(both, times, run) {
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
export const beside = (fixture, [build, ...others], use) =>
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
export async function batch(fixture, { ports, dir, pid }, { senders, each, size }) {
  const before = cpuSecondsOfThreads(pid);
  const { startedAt, endedAt } = await send(fixture, { ports, senders, each, size });
  const count = senders * each;
  const { lost } = await arrived(dir, { count, size });
  if (lost !== undefined) throw new Wrong(lost);
  const cpu = cpuSecondsOfThreads(pid) - before;
  for (const name of readdirSync(dir)) rmSync(join(dir, name));
  return { cpu, seconds: endedAt - startedAt, bytes: count * size };
}

/** @param {Pair[]} pairs @param {readonly [one: string, other: string]} [titles] of a pair */
export function table(pairs, [one, other] = ['this', 'other']) {
  const figures = [...new Set(pairs.flatMap(([ours]) => Object.keys(ours)))];
  const head = row('', [one, other, `${one} ÷ ${other}`, 'middle half', 'pairs']);
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
const row = (title, cells) => title.padEnd(26) + cells.map((cell) => cell.padStart(17)).join('');
