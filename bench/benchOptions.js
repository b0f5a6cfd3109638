import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

export const USAGE = `npm run bench -- [options]

  --rounds N    how often everything is measured, interleaved (default 5)
  --minutes M   no further round that would end after this (default 15)
  --node N      the version of Node that is measured (default 26, out of npm)
  --beside N,…  other versions, of which rxdrop has rows of its own (default 20,22,24; none with --quick)
  --quick       a tenth of the sizes and two rounds
  --only NAME   this workload alone; may be repeated
  --disk DIR    a directory on a disk for the workload with --fsync (default: ${tmpdir()})
  --out DIR     where results.json and scale.svg go (default: bench)
  --list        list the workloads
  --against DIR compare with the build of another checkout instead: bulk, small, idle, start
  --workers N,… measure instead servers with so many receiving processes, beside C and Python (such as 1,2,3,4)
  --watched     measure instead what events in a file, metrics and an open page cost beside small files
`;

/** Reads the command line; throws an error for a wrong one. */
export function benchOptions() {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string' },
      minutes: { type: 'string', default: '15' },
      quick: { type: 'boolean', default: false },
      node: { type: 'string', default: '26' },
      beside: { type: 'string' },
      only: { type: 'string', multiple: true },
      disk: { type: 'string', default: tmpdir() },
      out: { type: 'string', default: fileURLToPath(new URL('.', import.meta.url)) },
      against: { type: 'string' },
      workers: { type: 'string' },
      watched: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const rounds = Number(values.rounds ?? (values.quick ? 2 : 5));
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 100)
    throw new Error('--rounds is 1 to 100');
  const minutes = Number(values.minutes);
  if (!(minutes > 0)) throw new Error('--minutes is a number above 0');
  const { against } = values;
  if (against !== undefined && !existsSync(join(against, 'dist/bin/rxdrop-server.js')))
    throw new Error(`--against: there is no build in ${against}`);
  const workers = values.workers?.split(',').map(Number);
  if (workers?.some((count) => !Number.isInteger(count) || count < 1))
    throw new Error('--workers is a list of numbers');
  const node = majorOf(values.node);
  const beside = list(values.beside ?? (values.quick ? '' : '20,22,24'))
    .map(majorOf)
    .filter((major) => major !== node);
  return { ...values, rounds, minutes, workers, node, beside };
}

const list = (/** @type {string} */ text) => text.split(',').filter(Boolean);

/** @param {string} text */
function majorOf(text) {
  const major = Number(text);
  if (!Number.isInteger(major) || major < 20)
    throw new Error(`${text} is no version of Node, such as 26`);
  return major;
}
