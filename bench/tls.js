/**
 * What TLS costs next to plain TCP: `node --import ./scripts/ready.js bench/tls.js`.
 *
 * rxdrop's client sends to rxdrop's server, many small files and then a large one, plain and over TLS in turn.
 * The figures are medians: CPU-milliseconds for a file of 1 KiB, CPU-seconds for a GiB.
 */
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ownCertificate, trustedAuthority } from '../scripts/certificates.js';
import { freePort } from '../scripts/machine/ports.js';
import { cpuSeconds, isListening } from '../scripts/machine/proc.js';
import { fixture } from './fixture.js';
import { machine, machineLine } from './machine.js';
import { FULL } from './sizes.js';
import { median } from './statistics.js';

const ROUNDS = 5;
const FILES = 1_000;

const WAYS = {
  TCP: { server: [], client: [] },
  TLS: {
    server: ownCertificate('server'),
    client: ['--tls', ...trustedAuthority()],
  },
};

const here = fixture({ sizes: FULL, disk: '.' });
const SENDING = {
  '1 KiB, ms': {
    files: Array.from({ length: FILES }, () => here.oneKiB),
    jobs: '16',
    perUnit: 1_000 / FILES,
  },
  '1 GiB, s': { files: [here.source], jobs: '1', perUnit: 1 },
};

/** @type {Record<string, number[]>} */
const samples = {};
const note = (/** @type {string} */ what, /** @type {number} */ value) =>
  (samples[what] ??= []).push(value);

for (let round = 0; round < ROUNDS; round++) {
  for (const [what, { files, jobs, perUnit }] of Object.entries(SENDING)) {
    for (const [way, options] of Object.entries(WAYS)) {
      const cost = await here.inDirectory((dir) =>
        transfer(dir, [...files, '--jobs', jobs], options),
      );
      note(`${what}: server, ${way}`, cost.server * perUnit);
      note(`${what}: client, ${way}`, cost.client * perUnit);
    }
  }
}
for (const [what, values] of Object.entries(samples).sort())
  console.log(`${what.padEnd(28)} ${median(values).toFixed(2)}`);
console.log(machineLine(machine()));

/**
 * CPU-seconds: of the server from when it listens, of the client from its start to its end.
 *
 * @param {string} dir @param {string[]} sent @param {{ server: string[], client: string[] }} options
 */
async function transfer(dir, sent, options) {
  const port = await freePort();
  const server = await program('rxdrop-server', [String(port), dir, ...options.server]);
  while (!isListening(port)) await sleep(10);
  const before = cpuSeconds(server.pid);
  const client = await program('rxdrop-client', [
    ...['127.0.0.1', String(port), ...sent, '--progress', 'none'],
    ...options.client,
  ]);
  const { code, cpu } = await client.usage;
  if (code !== 0) throw new Error(client.complaint());
  const after = cpuSeconds(server.pid);
  await server.stop();
  return { server: after - before, client: cpu };
}

/** @param {string} name @param {string[]} args */
function program(name, args) {
  return here.start({
    command: process.execPath,
    args: [resolve(`dist/bin/${name}.js`), ...args],
  });
}
