import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../scripts/machine/ports.js';
import { childrenOf, cpuSeconds, isListening, peakKiB } from '../../scripts/machine/proc.js';

/**
 * A server that listens, and what it has cost since it did.
 *
 * @typedef {object} Server
 * @property {number} pid
 * @property {string} ports with commas between
 * @property {() => Promise<number | undefined>} allReceived when a server of one connection had ended
 * @property {() => Promise<{ cpu: number, peakKiB: number }>} cost
 */

/**
 * Starts a server, waits until it listens, and ends it after use.
 *
 * @template T
 * @param {import('../fixture.js').Fixture} fixture
 * @param {import('../peers/servers.js').ServerPeer} peer
 * @param {Omit<import('../peers/servers.js').Serving, 'port'> & { streams?: number | undefined }} how
 *   `streams`: the number of connections that will come, for those who take one each
 * @param {(server: Server) => Promise<T>} use
 * @returns {Promise<T>}
 */
export const serving = (fixture, peer, how, use) =>
  how.streams !== undefined && peer.takesOne !== undefined
    ? servingOneEach(fixture, peer.takesOne, how.dir, how.streams, use)
    : servingAll(fixture, peer, how, use);

/** @type {typeof serving} */
async function servingAll(fixture, peer, how, use) {
  const port = await freePort();
  const [command = '', ...args] = peer.serves?.({ ...how, port }) ?? [];
  const server = await fixture.start({ command, args });
  try {
    await listening(server, port);
    const before = cpuSeconds(server.pid);
    return await use({
      pid: server.pid,
      ports: `${port}`,
      allReceived: () => Promise.resolve(undefined),
      cost: () =>
        Promise.resolve({
          cpu: cpuSeconds(server.pid) - before,
          peakKiB: sum([server.pid, ...childrenOf(server.pid)].map(peakKiB)),
        }),
    });
  } catch (error) {
    if (!server.ended() || !server.complaint()) throw error;
    throw new Error(server.complaint(), { cause: error });
  } finally {
    await server.stop();
  }
}

/**
 * A process for each connection. Each ends with it, so its cost is that of its whole life.
 *
 * @template T
 * @param {import('../fixture.js').Fixture} fixture
 * @param {(port: number) => string[]} takesOne
 * @param {string} dir
 * @param {number} streams
 * @param {(server: Server) => Promise<T>} use
 */
async function servingOneEach(fixture, takesOne, dir, streams, use) {
  /** @type {import('../metered.js').Metered[]} */
  const all = [];
  const ports = [];
  try {
    for (let number = 1; number <= streams; number++) {
      const port = await freePort();
      const [command = '', ...args] = takesOne(port);
      const stdout = openSync(join(dir, `${number}.file`), 'w');
      const server = await fixture.start({ command, args, stdout });
      closeSync(stdout);
      all.push(server);
      ports.push(port);
      await listening(server, port);
    }
    const usages = () => Promise.all(all.map(({ usage }) => usage));
    return await use({
      pid: all[0]?.pid ?? 0,
      ports: ports.join(),
      allReceived: async () => Math.max(...(await usages()).map(({ endedAt }) => endedAt)),
      cost: async () => ({
        cpu: sum((await usages()).map(({ cpu }) => cpu)),
        peakKiB: sum((await usages()).map((usage) => usage.peakKiB)),
      }),
    });
  } finally {
    await Promise.all(all.map((server) => server.stop()));
  }
}

/** @param {readonly number[]} values */
const sum = (values) => values.reduce((total, value) => total + value, 0);

/** @param {import('../metered.js').Metered} server @param {number} port */
async function listening(server, port) {
  for (let looks = 0; looks < 1_000 && !server.ended(); looks++) {
    if (isListening(port)) return;
    await sleep(10);
  }
  throw new Error(server.complaint() ?? 'it does not listen');
}
