import { rowOf } from './peers/onNodes.js';
import { WITH_WORKERS } from './peers/servers.js';
import { summary } from './statistics.js';

/**
 * The aims of rxdrop: a figure, alone or as a ratio to a peer (`best`: the best peer that is no limit).
 *
 * @typedef {{ to?: string, min?: number, most?: number }} Aim
 * @typedef {{ workload: string, figure: string, what: string, aims: Aim[], headline?: string, ours?: string }} Row
 *   `ours`: the peer that the aims are for, if it is not rxdrop as it starts by default
 */

/** @type {Row[]} */
const ROWS = [
  {
    workload: 'bulk',
    figure: 'rate',
    what: 'server with `--workers auto`, 10 × 100 MiB at once: MiB/s',
    headline: 'server with `--workers auto`, 10 files of 100 MiB at once: MiB/s',
    ours: WITH_WORKERS,
    aims: [
      { to: 'C', min: 1 },
      { to: 'best', min: 1.25 },
    ],
  },
  {
    workload: 'bulk',
    figure: 'cpu',
    what: '… CPU-seconds per GiB',
    ours: WITH_WORKERS,
    aims: [{ to: 'C', most: 0.85 }],
  },
  {
    workload: 'small',
    figure: 'rate',
    what: '… 1 KiB files: files/s',
    headline: '… files of 1 KiB: files/s',
    ours: WITH_WORKERS,
    aims: [
      { to: 'C', min: 1 },
      { to: 'Python', min: 3 },
    ],
  },
  {
    workload: 'bulk',
    figure: 'rate',
    what: 'server, one process, 10 × 100 MiB at once: MiB/s',
    headline: 'server, one process, 10 files of 100 MiB at once: MiB/s',
    aims: [
      { to: 'Python', min: 1.2 },
      { to: 'stream.pipeline', min: 1.5 },
    ],
  },
  {
    workload: 'bulk',
    figure: 'cpu',
    what: '… CPU-seconds per GiB',
    aims: [{ to: 'C', most: 1.15 }],
  },
  {
    workload: 'bulk',
    figure: 'peak',
    what: '… peak memory, MiB',
    headline: '… peak memory of the server: MiB',
    aims: [{ most: 90 }],
  },
  {
    workload: 'stream',
    figure: 'rate',
    what: 'server, one stream of 1 GiB: MiB/s',
    aims: [{ to: 'best', min: 1 }],
  },
  {
    workload: 'small',
    figure: 'rate',
    what: 'server, 1 KiB files: files/s',
    headline: 'server, files of 1 KiB: files/s',
    aims: [
      { to: 'C', min: 0.6 },
      { to: 'Python', min: 2 },
    ],
  },
  { workload: 'small', figure: 'cold', what: '… the first of a new process: files/s', aims: [] },
  {
    workload: 'tls-stream',
    figure: 'cpu',
    what: 'server, TLS, one stream of 1 GiB: CPU-seconds per GiB',
    aims: [{ to: 'Python', most: 1.25 }],
  },
  {
    workload: 'tls-bulk',
    figure: 'rate',
    what: 'server with `--workers auto`, TLS, 10 × 100 MiB at once: MiB/s',
    ours: WITH_WORKERS,
    aims: [{ to: 'rxdrop', min: 1.6 }],
  },
  {
    workload: 'receipt',
    figure: 'cpu',
    what: 'server, receipts, 10 × 100 MiB at once: CPU-seconds per GiB',
    aims: [{ to: 'Python', most: 1.25 }],
  },
  {
    workload: 'idle',
    figure: 'weight',
    what: 'server, an idle connection: KiB',
    headline: 'server, memory per idle connection: KiB',
    aims: [{ most: 9 }],
  },
  {
    workload: 'idle',
    figure: 'kept',
    what: '… speed beside 9,500 of them ÷ alone',
    aims: [{ min: 0.8 }],
  },
  {
    workload: 'silent',
    figure: 'last',
    what: '… all silent: the last ERROR after s',
    aims: [{ most: 12 }],
  },
  {
    workload: 'start',
    figure: 'ms',
    what: 'server, start to listening: ms',
    headline: 'server, from its start to the first connection: ms',
    aims: [{ to: 'node -e 0', most: 1.8 }],
  },
  {
    workload: 'send',
    figure: 'rate',
    what: 'client, one stream of 1 GiB, on the line: MiB/s',
    headline: 'client, one file of 1 GiB: MiB/s',
    aims: [
      { to: 'Python', min: 1 },
      { to: 'best', min: 1 },
    ],
  },
  {
    workload: 'send',
    figure: 'whole',
    what: '… from start to end of the process: MiB/s',
    aims: [],
  },
  { workload: 'send', figure: 'peak', what: '… peak memory, MiB', aims: [{ most: 90 }] },
  {
    workload: 'one',
    figure: 'ms',
    what: 'client, 1 KiB, the whole process: ms',
    aims: [{ to: 'node -e 0', most: 2 }],
  },
];

/**
 * @typedef {{ workloads: import('./measure.js').Result[] }} Results
 */

/**
 * The aims, and whether they are reached, as a table in Markdown.
 *
 * @param {Results} results
 */
export const aimsTable = (results) =>
  table(
    [...HEAD, 'aim and result'],
    ROWS.flatMap((row) => cellsOf(row, results)),
  );

/**
 * The most important figures, as a table in Markdown.
 *
 * @param {Results} results
 */
export const headlines = (results) =>
  table(
    HEAD,
    ROWS.filter(({ headline }) => headline)
      .flatMap((row) => cellsOf({ ...row, what: row.headline ?? row.what }, results))
      .map((cells) => cells.slice(0, HEAD.length)),
  );

/**
 * The figures of rxdrop on each version of Node that was measured, as a table in Markdown.
 *
 * @param {Results & { machine: import('./machine.js').Machine, beside?: readonly number[] }} results
 */
export function nodesTable({ workloads, machine, beside = [] }) {
  const peers = [
    ...beside.map((major) => [`Node ${major}`, rowOf(major)]),
    [`Node ${majorOf(machine)}`, 'rxdrop'],
  ];
  const rows = ROWS.flatMap(({ workload, figure, what, ours }) => {
    const result = workloads.find(({ name }) => name === workload);
    if (result === undefined || ours !== undefined) return [];
    const medians = peers.map(
      ([, peer = '']) => summary(result.peers[peer]?.samples ?? [], figure)?.median,
    );
    if (medians[0] === undefined) return [];
    return [[what, ...medians.map((median) => (median === undefined ? '' : format(median)))]];
  });
  return table(['', ...peers.map(([title = '']) => title)], rows);
}

const majorOf = (/** @type {import('./machine.js').Machine} */ { node }) => /\d+/.exec(node)?.[0];

const HEAD = ['', 'rxdrop', 'C', 'Python', 'best other'];

/** @param {string[]} head @param {string[][]} rows */
const table = (head, rows) =>
  [head, head.map((_, column) => (column % HEAD.length === 0 ? '---' : '--:')), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');

/** @param {Row} row @param {Results} results */
function cellsOf(row, { workloads }) {
  const result = workloads.find(({ name }) => name === row.workload);
  return result?.peers[row.ours ?? 'rxdrop'] === undefined ? [] : [cells(row, result)];
}

/** @param {Row} row @param {import('./measure.js').Result} result */
function cells({ figure, what, aims, ours: peer = 'rxdrop' }, { peers, figures, limits }) {
  /** @param {string} name */
  const medianOf = (name) => {
    const { samples = [], wrong, failed } = peers[name] ?? {};
    return wrong === undefined && failed === undefined
      ? summary(samples, figure)?.median
      : undefined;
  };
  const shown = (/** @type {number | undefined} */ value) =>
    value === undefined ? '' : format(value);
  const better = figures[figure]?.better === 'less' ? -1 : 1;
  const best = Object.keys(peers)
    .filter((name) => name !== 'rxdrop' && name !== 'node -e 0' && !limits.includes(name))
    .map((name) => ({ name, median: medianOf(name) ?? NaN }))
    .filter(({ median }) => !Number.isNaN(median))
    .sort((a, b) => better * (b.median - a.median))
    .at(0);
  const ours = medianOf(peer) ?? NaN;

  const outcomes = aims.map(({ to, min, most }) => {
    const base = to === undefined ? 1 : to === 'best' ? best?.median : medianOf(to);
    if (base === undefined) return '';
    const value = ours / base;
    const reached = value >= (min ?? -Infinity) && value <= (most ?? Infinity);
    const aim = `${min === undefined ? `≤ ${most}` : `≥ ${min}`}${to ? ` × ${to === 'best' ? 'best other' : to}` : ''}`;
    return `${aim}: ${reached ? format(value) : `**missed, ${format(value)}**`}`;
  });
  return [
    what,
    format(ours),
    shown(medianOf('C')),
    shown(medianOf('Python')),
    best === undefined ? '' : `${format(best.median)} ${best.name}`,
    outcomes.filter(Boolean).join('<br>') || '–',
  ];
}

/** @param {number} value Three digits. */
const format = (value) =>
  value >= 1_000
    ? Math.round(value).toLocaleString('en')
    : value.toFixed(value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2);
