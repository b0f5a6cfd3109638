import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { inject } from '../system.js';
import { until } from '../until.js';

/**
 * Kills the server at the first time of each call, at the second … until it survives the upload. A server that is
 * killed at the entry of a call has made all calls before it, so this also kills it after each call.
 */
const KEPT = ['openat', 'write', 'close', 'link', 'unlink', 'shutdown'];
const FAILED = ['openat', 'pwrite64', 'ftruncate', 'close', 'link', 'unlink'];
const DURABLE = ['fdatasync', 'fsync'];

/** @type {import('../stage.js').Case} */
export default {
  name: 'steps',
  oneProcess: true,
  title: 'SIGKILL before each file call of a publication, and of ERROR, then a restart',
  needs: ['strace'],
  rounds: 1,
  async play(here) {
    let kills = 0;
    const step = async (
      /** @type {string} */ call,
      /** @type {'fin' | 'reset'} */ then,
      /** @type {string[]} */ args = [],
    ) => {
      for (let nth = 1, alive = false; !alive && nth <= 12; nth++) {
        const server = await here.start({ args: ['--continue', ...args] });
        here.expect(
          here.temporaries().length === 0,
          'a restart leaves temporaries of the killed run',
        );
        const strace = await inject(server.pid, { call, inject: `signal=SIGKILL:when=${nth}` });
        const before = visible(here.dir);
        // Noted before, because the kill may come at any moment of this upload.
        const upload = here.upload({ port: server.port, size: 100_000, then });
        const own = here.ledger.entries;
        const known = own.length;
        await Promise.race([upload, sleep(10_000)]);
        // A sender that resets does not wait for the server.
        await until(() => server.hasEnded() || visible(here.dir) > before, 5_000);
        await strace.stop();
        await upload;
        alive = !(await killedSoon(server));
        if (!alive) {
          kills++;
          here.ledger.wasKilled = true;
          for (const entry of own.slice(known)) entry.killed = true;
        } else here.faults.push(...(await server.stop()));
      }
    };
    for (const call of KEPT) await step(call, 'fin');
    for (const call of FAILED) await step(call, 'reset');
    for (const call of DURABLE) await step(call, 'fin', ['--fsync']);
    here.notes.push(`${kills} kills`);
    here.expect(
      kills >= KEPT.length + FAILED.length + DURABLE.length,
      `only ${kills} kills: some calls are not met`,
    );
  },
};

/** @param {import('../server.js').Server} server */
async function killedSoon(server) {
  await Promise.race([server.gone, sleep(50)]);
  return server.hasEnded();
}

/** @param {string} dir */
const visible = (dir) => readdirSync(dir).filter((name) => !name.startsWith('.')).length;
