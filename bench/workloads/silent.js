import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { counted } from '../sizes.js';
import { holding } from './holding.js';
import { serving } from './serving.js';
import { single } from './single.js';
import { Wrong } from './workload.js';

/** @typedef {import('../peers/servers.js').ServerPeer} ServerPeer */

/**
 * All connections go silent: each has to become ERROR between 10 and 12 s, and uploads beside them continue.
 *
 * @param {import('../fixture.js').Fixture} fixture
 * @param {ServerPeer[]} peers those who watch their senders
 * @returns {import('./workload.js').Workload<ServerPeer>}
 */
export function silent(fixture, peers) {
  const count = fixture.sizes.idle;
  return {
    name: 'silent',
    title: `${counted(count)} connections that all go silent`,
    peers,
    rounds: 1,
    figures: {
      errors: { label: 'ERROR files', whole: true },
      first: { label: 'first after s' },
      last: { label: 'last after s' },
      uploads: { label: 'uploads beside', whole: true },
      slowest: { label: 'slowest MiB/s' },
    },
    run: (peer) =>
      fixture.inDirectory((dir) =>
        serving(fixture, peer, { dir }, ({ ports }) =>
          holding(fixture, { port: ports, count }, async (held) => {
            const state = { over: false };
            const ending = held.line().finally(() => (state.over = true));
            ending.catch(() => undefined);

            await sleep(8_000);
            const rates = [];
            for (let number = count + 1; !state.over && number <= count + 100; number++) {
              rates.push(await single(fixture, { dir, ports, number }));
            }
            const { resets, first, last } = await Promise.race([ending, late()]);
            const errors = readdirSync(dir).filter(
              (name) => readFileSync(join(dir, name), 'latin1') === 'ERROR',
            ).length;
            if (errors !== count) throw new Wrong(`${errors} of ${count} became ERROR`);
            if (resets !== count) throw new Wrong(`${resets} of ${count} ended with RST`);
            if (first < 10 || last > 12) throw new Wrong(`ended after ${first} to ${last} s`);
            return { errors, first, last, uploads: rates.length, slowest: Math.min(...rates) };
          }),
        ),
      ),
  };
}

/** @returns {Promise<never>} */
async function late() {
  await sleep(20_000, undefined, { ref: false });
  throw new Wrong('some do not end');
}
