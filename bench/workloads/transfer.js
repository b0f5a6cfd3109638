import { closeSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../scripts/machine/ports.js';
import { isListening } from '../../scripts/machine/proc.js';
import { Wrong } from './workload.js';

/**
 * One run of a client, into a sink.
 *
 * @param {import('../fixture.js').Fixture} fixture
 * @param {import('../peers/clients.js').ClientPeer} peer
 * @param {{ file: string, size: number, compared?: boolean }} what
 */
export async function transfer(fixture, peer, { file, size, compared = false }) {
  const port = await freePort();
  const [command = '', ...first] = fixture.tools.sink;
  const sink = await fixture.start({
    command,
    args: [...first, `${port}`, ...(compared ? [file] : [])],
  });
  try {
    for (let looks = 0; looks < 500 && !isListening(port); looks++) await sleep(10);

    const { startedAt, endedAt, code, cpu, peakKiB } = await run(fixture, peer, port, file);
    if (code !== 0) throw new Wrong(`status ${code}`);
    const got = await sink.line();
    if (got.reset || got.bytes !== size) throw new Wrong(`${got.bytes} of ${size} bytes`);
    if (!got.same) throw new Wrong('other bytes');
    const line = got.endedAt - got.acceptedAt;
    // Some leave before the last byte has arrived.
    const whole = Math.max(endedAt, got.endedAt) - startedAt;
    return { line, whole, cpu, peakKiB, otherBusy: (await sink.stop()).cpu / whole };
  } finally {
    await sink.stop();
  }
}

/**
 * @param {import('../fixture.js').Fixture} fixture
 * @param {import('../peers/clients.js').ClientPeer} peer
 * @param {number} port
 * @param {string} file
 */
async function run(fixture, { sends, fromInput }, port, file) {
  const [command = '', ...args] = sends(port, file);
  const stdin = fromInput ? openSync(file, 'r') : undefined;
  try {
    const client = await fixture.start({ command, args, stdin });
    return await client.usage;
  } finally {
    if (stdin !== undefined) closeSync(stdin);
  }
}
