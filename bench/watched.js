import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../scripts/machine/ports.js';
import { batch, beside, inTurn, table } from './pairs.js';
import { ourServer } from './peers/servers.js';

/**
 * @typedef {import('./fixture.js').Fixture} Fixture
 * @typedef {import('./pairs.js').Pair} Pair
 */

/**
 * What it costs to be watched: events in a file, an open page and a look at the metrics each second, against nothing of
 * all that, with small files, of which each has its events. Both servers run in turn, as in `against`.
 *
 * @param {Fixture} fixture
 * @param {{ rounds: number, print: (doing: string) => void }} options
 * @returns {Promise<string>} the table
 */
export async function watched(fixture, { rounds, print }) {
  const { senders, first: each, size } = fixture.sizes.small;
  /** @type {Pair[]} */
  const pairs = [];
  for (let round = 0; round < rounds; round++) {
    print(`round ${round + 1} of ${rounds}`);
    pairs.push(...(await fixture.inDirectory(inRound)));
  }
  return table(pairs, ['watched', 'alone']);

  /** @param {string} away @returns {Promise<Pair[]>} */
  async function inRound(away) {
    const adminPort = await freePort();
    const options = [`--events=${join(away, 'events')}`, '--admin-port', `${adminPort}`];
    const servers = [ourServer({ options }), ourServer()];
    return beside(fixture, servers, async (servers) => {
      const stopWatching = await watch(`http://127.0.0.1:${adminPort}`);
      try {
        const run = async (/** @type {import('./pairs.js').Server} */ server) => {
          const { cpu, seconds } = await batch(fixture, server, { senders, each, size });
          const number = senders * each;
          return { '1 KiB files: CPU-µs': (1e6 * cpu) / number, '1 KiB files/s': number / seconds };
        };
        // The first run compiles.
        await inTurn(servers, 1, run);
        return await inTurn(servers, 8, run);
      } finally {
        await stopWatching();
      }
    });
  }
}

/**
 * Reads the states as the page in a browser does, and the metrics each second as Prometheus does, until it is stopped.
 *
 * @param {string} site
 */
async function watch(site) {
  const stopped = new AbortController();
  const { signal } = stopped;
  let [states, metrics] = [0, 0];
  const count = new WritableStream({
    write: () => {
      states++;
    },
  });
  const { body } = await fetch(`${site}/events`, { signal });
  const scrape = async () => {
    for (; ; metrics++) {
      await (await fetch(`${site}/metrics`, { signal })).text();
      await sleep(1_000, undefined, { signal });
    }
  };
  const watching = Promise.all([body?.pipeTo(count, { signal }), scrape()]).catch(
    (/** @type {unknown} */ error) => {
      if (!signal.aborted) throw error;
    },
  );
  return async () => {
    stopped.abort();
    await watching;
    if (states === 0 || metrics === 0) throw new Error('nothing is shown');
  };
}
