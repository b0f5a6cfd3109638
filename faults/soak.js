/** Good and bad senders for minutes: nothing is lost, and the memory stays flat. */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { anyOf } from './draw.js';
import { many } from './many.js';
import { residentMiB } from './proc.js';
import { stage } from './stage.js';

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '5' } } });
const minutes = Number(values.minutes);
if (!(minutes > 0)) {
  process.stderr.write('ERROR: --minutes is a number above 0\n');
  process.exit(64);
}

const here = stage(1);
try {
  const server = await here.start({ args: ['--idle-timeout', '2s'] });
  const { port, pid } = server;
  const end = performance.now() + minutes * 60_000;
  /** @type {{ minute: number, resident: number }[]} */
  const samples = [];
  const watching = (async () => {
    for (; performance.now() < end; await sleep(1_000)) {
      const minute = minutes + (performance.now() - end) / 60_000;
      samples.push({ minute, resident: residentMiB(pid) });
    }
  })();
  const senders = many(12, async (number) => {
    while (performance.now() < end) await turn(number, port);
  });
  await Promise.all([watching, senders]);

  const { connections, saved, errors, lost } = await here.settle();
  // Before the half, the heap is still finding its size.
  const slope = slopeOf(samples.filter(({ minute }) => minute > minutes / 2));
  const rise = (slope * minutes) / 2;
  here.expect(rise < 32, `the memory has risen by ${rise.toFixed(1)} MiB in the second half`);
  console.log(
    `soak: ${minutes} minutes, ${connections} connections, ${saved} saved, ${errors} ERROR, ${lost} lost, memory ${slope.toFixed(2)} MiB a minute`,
  );
} catch (error) {
  here.faults.push(error instanceof Error ? error.message : String(error));
}
await here.undo();
for (const fault of here.faults) console.log(`FAILED  ${fault}`);
if (here.faults.length > 0) process.exitCode = 1;

/** @param {number} number @param {number} port */
async function turn(number, port) {
  const size = anyOf(0, 300_000);
  if (number === 0) await here.client({ port, size });
  else if (number === 1) await here.upload({ port, size, stopAt: size >> 1, then: 'silence' });
  else if (number === 2) await here.upload({ port, size, then: 'reset' });
  else if (number === 3) await here.upload({ port, size: 20, piece: 1, pause: 50 });
  else await here.upload({ port, size, pause: 5 });
  await sleep(anyOf(10, 50));
}

/** @param {{ minute: number, resident: number }[]} samples The slope of the line through them, by least squares. */
function slopeOf(samples) {
  const mean = (/** @type {number[]} */ of) => of.reduce((sum, one) => sum + one, 0) / of.length;
  const middle = mean(samples.map(({ minute }) => minute));
  const spread = samples.reduce((sum, { minute }) => sum + (minute - middle) ** 2, 0);
  const moved = samples.reduce(
    (sum, { minute, resident }) => sum + (minute - middle) * resident,
    0,
  );
  return spread > 0 ? moved / spread : 0;
}
