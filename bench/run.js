/** Measures, prints the table, and writes results.json and scale.svg. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'prettier';
import { fail, optionsOf } from '../scripts/commandLine.js';
import { nodeBinary } from '../scripts/machine/nodeBinary.js';
import { temporaryDirectory } from '../scripts/machine/temporaryDirectory.js';
import { against } from './against.js';
import { aimsTable } from './aims.js';
import { benchOptions, USAGE } from './benchOptions.js';
import { bottlenecks } from './bottlenecks.js';
import { draw } from './draw.js';
import { fixture } from './fixture.js';
import { machine, machineLine } from './machine.js';
import { measure } from './measure.js';
import { FULL, QUICK } from './sizes.js';
import { table } from './table.js';
import { watched } from './watched.js';
import { workers } from './workers.js';
import { workloads } from './workloads/index.js';

const options = optionsOf(benchOptions, USAGE);
if (process.platform !== 'linux') fail('the benchmark reads /proc: it needs Linux');

const away = temporaryDirectory('bench-nodes');
const node = await nodeBinary(options.node, away);
if (node !== process.execPath) {
  // All that runs in Node, our peers too, runs in the version that is asked for.
  const again = [...process.execArgv, ...process.argv.slice(1)];
  process.exit(spawnSync(node, again, { stdio: 'inherit' }).status ?? 1);
}

const here = fixture({
  sizes: options.quick ? QUICK : FULL,
  disk: options.disk,
  nodes: await others(options),
});
const pairs =
  options.against !== undefined
    ? against(here, { ...options, against: options.against, isAsked, print })
    : options.workers !== undefined
      ? workers(here, { ...options, workers: options.workers, print })
      : options.watched
        ? watched(here, { ...options, print })
        : undefined;
if (pairs !== undefined) {
  const table = await pairs;
  print('');
  console.log(`${machineLine(machine())}\n\n${table}`);
  process.exit();
}
const all = workloads(here);
if (options.list) {
  for (const { name, title } of all) console.log(`${name.padEnd(12)} ${title}`);
  process.exit();
}
const chosen = all.filter(({ name }) => isAsked(name));
if (chosen.length === 0) fail('there is no such workload: see --list');

const measured = await measure(chosen, { ...options, print });
const results = {
  machine: machine(),
  rounds: measured.rounds,
  beside: options.beside,
  quick: options.quick,
  workloads: measured.results,
  notes: [...here.notes, ...measured.notes, ...bottlenecks(measured.results)],
};
const json = join(options.out, 'results.json');
writeFileSync(json, await format(JSON.stringify(results), { parser: 'json', printWidth: 100 }));
draw(options.out);

print('');
console.log(`${table(results)}\n\n${aimsTable(results)}`);

const ours = measured.results.map(({ peers }) => peers.rxdrop);
if (ours.some((outcome) => outcome?.wrong ?? outcome?.failed)) process.exitCode = 1;

/**
 * The versions that rxdrop has rows of its own for. Pairs, and a list of the workloads, need none.
 *
 * @param {typeof options} options
 */
async function others({ beside, against, workers, watched, list }) {
  /** @type {import('./peers/onNodes.js').OtherNode[]} */
  const nodes = [];
  if (against !== undefined || workers !== undefined || watched || list) return nodes;
  for (const major of beside) {
    print(`installs Node ${major}`);
    nodes.push({ major, path: await nodeBinary(major, away) });
  }
  return nodes;
}

/** @param {string} name `scale` asks for all its points. */
function isAsked(name) {
  return options.only?.some((only) => name === only || name.startsWith(`${only}-`)) ?? true;
}

/** @param {string} doing One line, which the next one replaces. */
function print(doing) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${doing}`);
}
