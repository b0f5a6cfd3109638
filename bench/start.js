/**
 * What a start costs, step by step: `node bench/start.js`.
 *
 * Each step does what the one before it does, and more. The figures are medians, in milliseconds: from the start of a
 * process to its end or, of a server, until it takes a connection.
 */
import { resolve } from 'node:path';
import { fixture } from './fixture.js';
import { machine, machineLine } from './machine.js';
import { clients } from './peers/clients.js';
import { ourServer } from './peers/servers.js';
import { QUICK } from './sizes.js';
import { median } from './statistics.js';
import { bareNode } from './workloads/bareNode.js';
import { oneFile } from './workloads/oneFile.js';
import { starting } from './workloads/starting.js';

const ROUNDS = 30;

/** Those that a server without options loads. */
const BUILTINS = ['net', 'os', 'tty', 'v8', 'cluster', 'dns', 'perf_hooks'];

const here = fixture({ sizes: QUICK, disk: '.' });
const [client] = clients(here.tools);
if (!client) throw new Error('no client');
const serve = () => starting(here, []).run(ourServer(), false);
const send = () => oneFile(here, []).run(client, false);

/** @type {Record<string, () => Promise<import('./workloads/workload.js').Sample>>} */
const STEPS = {
  'node -e 0': () => bareNode(here).run(),
  '… with the modules of Node': () =>
    timed(['-e', `for (const name of ${JSON.stringify(BUILTINS)}) process.getBuiltinModule(name)`]),
  'rxdrop-server --version': () => timed([resolve('dist/bin/rxdrop-server.js'), '--version']),
  'rxdrop-server, until it listens': serve,
  '… without the compile cache': () => withoutCache(serve),
  'rxdrop-client --version': () => timed([resolve('dist/bin/rxdrop-client.js'), '--version']),
  'rxdrop-client, 1 KiB': send,
  '… without the compile cache ': () => withoutCache(send),
};

/** @type {Record<string, number[]>} */
const samples = {};
for (let round = 0; round < ROUNDS; round++)
  for (const [step, run] of Object.entries(STEPS))
    (samples[step] ??= []).push((await run()).ms ?? NaN);

const bare = median(samples['node -e 0'] ?? []);
for (const [step, values] of Object.entries(samples)) {
  const ms = median(values);
  console.log(`${step.padEnd(34)} ${ms.toFixed(1).padStart(5)} ${(ms / bare).toFixed(2)}`);
}
console.log(machineLine(machine()));

/** @param {string[]} args of Node */
async function timed(args) {
  const { usage } = await here.start({ command: process.execPath, args });
  const { startedAt, endedAt } = await usage;
  return { ms: 1_000 * (endedAt - startedAt) };
}

/** @template T @param {() => Promise<T>} run */
async function withoutCache(run) {
  process.env.NODE_DISABLE_COMPILE_CACHE = '1';
  try {
    return await run();
  } finally {
    delete process.env.NODE_DISABLE_COMPILE_CACHE;
  }
}
