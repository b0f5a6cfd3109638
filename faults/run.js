/** Runs real programs under real faults, and compares their files with the sent ones. */
import { setTimeout as sleep } from 'node:timers/promises';
import { fail, optionsOf } from '../scripts/commandLine.js';
import { cases } from './cases/index.js';
import { faultOptions, USAGE } from './faultOptions.js';
import { seedRandom } from './random.js';
import { line, markdown, summary } from './report.js';
import { stage } from './stage.js';
import { useWorkers } from './server.js';
import { lacking } from './system.js';

const MAX_ROUND_MS = 240_000;
const options = optionsOf(faultOptions, USAGE);
if (process.platform !== 'linux') fail('the faults are those of Linux');
if (options.list) {
  for (const { name, title } of cases) console.log(`${name.padEnd(12)} ${title}`);
  process.exit();
}
useWorkers(options.workers);
const chosen = cases.filter(({ name }) => options.only.size === 0 || options.only.has(name));
if (chosen.length === 0) fail('there is no such case: see --list');

console.log(`seed ${options.seed}`);
const results = [];
for (const one of chosen) {
  const lack = lacking(one.needs ?? []) ?? lackingProcess(one);
  const result = lack === undefined ? await played(one) : skipped(one, lack);
  results.push(result);
  console.log(line(result));
}
console.log(summary(results));
if (options.markdown) console.log(`\n${markdown(results)}`);
if (results.some(({ faults }) => faults.length > 0)) process.exitCode = 1;

/** @param {import('./stage.js').Case} one */
function lackingProcess({ oneProcess }) {
  return oneProcess && options.workers > 1
    ? { why: 'it needs one process', canBeInstalled: false }
    : undefined;
}

/**
 * @typedef {ReturnType<typeof empty>} Result
 * @param {import('./stage.js').Case} one
 */
async function played(one) {
  const result = empty(one);
  const since = performance.now();
  const rounds = options.only.get(one.name) ?? one.rounds * options.rounds;
  for (let round = 1; round <= rounds; round++) {
    seedRandom(options.seed + round);
    const here = stage(round);
    try {
      await inTime(one.play(here));
      if (!one.unsettled) {
        const { connections, saved, errors, lost, excused, unmarked } = await here.settle();
        result.connections += connections;
        result.saved += saved;
        result.errors += errors;
        result.lost += lost;
        result.excused += excused;
        if (here.ledger.unmarked) result.unmarked += unmarked;
      }
    } catch (error) {
      here.faults.push(error instanceof Error ? error.message : String(error));
    }
    await here.undo();
    result.rounds++;
    result.faults.push(...here.faults.map((fault) => `round ${round}: ${fault}`));
    result.notes.push(...here.notes);
  }
  result.seconds = (performance.now() - since) / 1_000;
  return result;
}

/** @param {Promise<void>} playing What hangs is a fault: undoing the round ends it. */
async function inTime(playing) {
  const late = new AbortController();
  const lateness = sleep(MAX_ROUND_MS, undefined, { signal: late.signal }).then(() => {
    throw new Error('it hangs');
  });
  try {
    await Promise.race([playing, lateness]);
  } finally {
    late.abort();
    lateness.catch(() => undefined);
    playing.catch(() => undefined);
  }
}

/** @param {import('./stage.js').Case} one @param {import('./system.js').Lack} lack @returns {Result} */
function skipped(one, { why, canBeInstalled }) {
  const result = { ...empty(one), skipped: why };
  if (options['all-required'] && canBeInstalled) result.faults.push(`it is required, and ${why}`);
  return result;
}

/** @param {import('./stage.js').Case} one */
function empty({ name, title }) {
  return {
    ...{ name, title, rounds: 0, connections: 0, saved: 0, errors: 0, lost: 0 },
    ...{ excused: 0, unmarked: 0, seconds: 0 },
    skipped: /** @type {string | undefined} */ (undefined),
    faults: /** @type {string[]} */ ([]),
    notes: /** @type {string[]} */ ([]),
  };
}
