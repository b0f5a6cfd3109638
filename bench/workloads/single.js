import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fault } from '../received.js';
import { MiB } from '../sizes.js';
import { send } from './send.js';
import { Wrong } from './workload.js';

/**
 * One upload, which becomes the file with that number, is compared and removed.
 *
 * @param {import('../fixture.js').Fixture} fixture
 * @param {{ ports: string, dir: string, number: number }} to
 * @returns {Promise<number>} MiB/s
 */
export async function single(fixture, { ports, dir, number }) {
  const size = fixture.sizes.upload;
  const { startedAt, endedAt } = await send(fixture, { ports, senders: 1, each: 1, size });
  const file = join(dir, `${number}.file`);
  const wrong = fault(file, { source: fixture.source, size });
  if (wrong !== undefined) throw new Wrong(`${number}.file: ${wrong}`);
  rmSync(file);
  return size / MiB / (endedAt - startedAt);
}
