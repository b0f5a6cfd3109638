import { closeSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../ports.js';
import { isListening } from '../proc.js';
import { Wrong } from './workload.js';

/**
 * One run of a client, into a sink.
 *
 * @param {import('../stage.js').Stage} stage
 * @param {import('../peers/clients.js').ClientPeer} peer
 * @param {{ file: string, size: number, compared?: boolean }} what
 */
export async function transfer(stage, peer, { file, size, compared = false }) {
  const port = await freePort();
  const [command = '', ...first] = stage.tools.sink;
  const sink = await stage.start({
    command,
    args: [...first, `${port}`, ...(compared ? [file] : [])],
  });
  try {
    for (let looks = 0; looks < 500 && !isListening(port); looks++) await sleep(10);

    const { startedAt, endedAt, code, cpu, peakKiB } = await run(stage, peer, port, file);
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
 * @param {import('../stage.js').Stage} stage
 * @param {import('../peers/clients.js').ClientPeer} peer
 * @param {number} port
 * @param {string} file
 */
async function run(stage, { sends, fromInput }, port, file) {
  const [command = '', ...args] = sends(port, file);
  const stdin = fromInput ? openSync(file, 'r') : undefined;
  try {
    const client = await stage.start({ command, args, stdin });
    return await client.usage;
  } finally {
    if (stdin !== undefined) closeSync(stdin);
  }
}
