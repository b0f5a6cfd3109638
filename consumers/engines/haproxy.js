import { deepStrictEqual, ok, strictEqual } from 'node:assert';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { defer, lastValueFrom, repeat, takeUntil } from 'rxjs';
import { natsCluster, NATS_ENV } from '../../scripts/machine/natsCluster.js';
import { temporaryDirectory } from '../../scripts/machine/temporaryDirectory.js';
import { until } from '../../scripts/machine/until.js';
import { requirePrograms } from '../requirePrograms.js';
import { many } from './assertions.js';
import { behindHaproxy, CHECKED_MS } from './behindHaproxy.js';
import { Inboxes } from './inboxes.js';

/**
 * A thousand files for three servers behind HAProxy, with the configuration of the package. A node of the engine dies,
 * a server dies, and all servers are replaced one after the other.
 */
export default async function haproxy() {
  requirePrograms('nats-server', 'haproxy');
  const directory = temporaryDirectory('engines');
  const cluster = await natsCluster(directory);
  const inboxes = new Inboxes(directory, cluster.url('files'), NATS_ENV);
  try {
    const { port, socket } = await behindHaproxy(inboxes, ['--drain', '60s', '--fsync']);

    // Faults: a sender whose receipt is missing does not know, but no file with a receipt is lost.
    const [, second] = inboxes.servers;
    const leader = await cluster.leader('files');
    let sent = 0;
    await many(600, 16, async () => {
      sent++;
      if (sent === 150) await leader.kill();
      if (sent === 350) await second?.kill();
      await inboxes.upload(port, { retry: 3 });
    });
    leader.start();
    await second?.start();
    await cluster.healthy();
    await pause(CHECKED_MS);

    // A rolling update, during which every file is sent at the first attempt.
    const before = inboxes.uploads.length;
    const update = async () => {
      for (const [index, server] of inboxes.servers.entries()) {
        await tell(socket, `set server files/server-${index + 1} state drain`);
        // A connection that HAProxy has just opened must have arrived before the server closes its port.
        await until(async () => (await sessions(socket, `server-${index + 1}`)) === 0, 30_000);
        strictEqual(await server.stop(), 0);
        await server.start();
        await tell(socket, `set server files/server-${index + 1} state ready`);
        await pause(CHECKED_MS);
      }
    };
    await lastValueFrom(
      defer(() => many(16, 8, () => inboxes.upload(port))).pipe(repeat(), takeUntil(update())),
      { defaultValue: undefined },
    );
    await many(16, 8, () => inboxes.upload(port));
    const failed = inboxes.uploads.slice(before).filter(({ id }) => id === undefined);
    deepStrictEqual(failed, []);

    await inboxes.stop();
    deepStrictEqual(inboxes.faults(), []);
    const confirmed = inboxes.uploads.filter(({ id }) => id !== undefined);
    ok(confirmed.length > 900, `${confirmed.length} of ${inboxes.uploads.length} were sent`);
  } finally {
    await inboxes.stop();
    await cluster.stop();
  }
}

/**
 * Gives HAProxy a command, and resolves once it is done.
 *
 * @param {string} socket @param {string} command
 */
const tell = (socket, command) => text(connect(socket).end(`${command}\n`));

/** @param {string} socket @param {string} server @returns {Promise<number>} how many connections HAProxy has with it */
async function sessions(socket, server) {
  const lines = (await tell(socket, 'show stat')).split('\n');
  return Number(lines.find((line) => line.startsWith(`files,${server},`))?.split(',')[SCUR]);
}

const SCUR = 4;
