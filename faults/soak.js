/** Good and bad senders for minutes: nothing is lost, and the memory stays flat. */
import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { fail } from '../scripts/commandLine.js';
import { anyOf, seedRandom } from './random.js';
import { many } from './many.js';
import { stage } from './stage.js';
import { until } from './until.js';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '5' },
    seed: { type: 'string', default: String(randomInt(2 ** 31)) },
  },
});
const minutes = Number(values.minutes);
const seed = Number(values.seed);
if (!(minutes > 0 && seed > 0)) fail('--minutes and --seed are numbers above 0');
console.log(`seed ${seed}`);
seedRandom(seed);

/**
 * How many senders of each kind there are at any moment, and what one of them does.
 *
 * @type {[number, (here: import('./stage.js').Stage, port: number, over: Promise<unknown>) => Promise<unknown>][]}
 */
const SENDERS = [
  [3_000, (here, port, until) => here.upload({ port, size: 50, piece: 1, pause: 1_400, until })],
  [100, (here, port) => here.upload({ port, size: anyOf(0, 100_000), piece: 10_000, pause: 200 })],
  [100, (here, port) => here.upload({ port, size: 20, piece: 1, pause: 300 })],
  [20, (here, port) => here.upload({ port, size: anyOf(0, 20_000) })],
  [
    40,
    (here, port) => here.upload({ port, size: 50_000, stopAt: anyOf(0, 9_999), then: 'silence' }),
  ],
  [20, (here, port) => here.upload({ port, size: anyOf(0, 100_000), then: 'reset' })],
  [20, (here, port) => here.upload({ port, size: anyOf(0, 100_000), then: 'leave' })],
  [2, (here, port) => here.upload({ port, size: 3 << 20, pause: 20 })],
  [2, (here, port) => here.client({ port, size: anyOf(0, 300_000), args: ['--receipt'] })],
];

const most = SENDERS.reduce((sum, [count]) => sum + count, 0);
const here = stage(1);
try {
  const args = ['--idle-timeout', '2s', '--max-size', '2MiB', '--receipt'];
  const server = await here.start({ args });
  const { port } = server;
  /** @type {number[]} MiB that are held at rest, after each quarter of the time */
  const rests = [];
  for (let quarter = 1; quarter <= 4; quarter++) {
    const end = performance.now() + minutes * 15_000;
    const over = sleep(minutes * 15_000);
    const senders = SENDERS.map(([count, send]) =>
      many(count, async () => {
        while (performance.now() < end) {
          await send(here, port, over);
          await sleep(anyOf(100, 500));
        }
      }),
    );
    await Promise.all(senders);
    await until(() => here.ledger.isComplete(here.dir), 10_000);
    here.faults.push(...(await server.burden()));
    rests.push((await server.held()).memory);
  }
  const peak = server.peak();
  const { connections, saved, errors, lost } = await here.settle();
  const [first = 0, , , last = 0] = rests;
  const slope = (last - first) / (minutes * 0.75);
  here.expect(last - first < 3, `the memory rises by ${slope.toFixed(1)} MiB a minute`);
  console.log(
    `soak: ${minutes} minutes, ${connections} connections, ${most} at once, ${saved} saved, ${errors} ERROR, ${lost} lost; ` +
      `memory at rest ${rests.map((rest) => rest.toFixed(1)).join(', ')} MiB: ${slope.toFixed(2)} more a minute; ` +
      `${peak.toFixed()} MiB at most, garbage included`,
  );
} catch (error) {
  here.faults.push(error instanceof Error ? error.message : String(error));
}
await here.undo();
for (const fault of here.faults) console.log(`FAILED  ${fault}`);
if (here.faults.length > 0) process.exitCode = 1;
