import { deepStrictEqual, ok, strictEqual } from 'node:assert';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { natsCluster, NATS_ENV } from '../../scripts/machine/natsCluster.js';
import { freePort } from '../../scripts/machine/ports.js';
import { temporaryDirectory } from '../../scripts/machine/temporaryDirectory.js';
import { until } from '../../scripts/machine/until.js';
import { requirePrograms } from '../requirePrograms.js';
import { many, oneLine } from './assertions.js';
import { Inbox, startServer } from './inbox.js';
import { Inboxes } from './inboxes.js';

/** Events of a server arrive in a stream, each once, although its leader dies. */
export default async function eventStream() {
  requirePrograms('nats-server');
  const directory = temporaryDirectory('engines');
  const cluster = await natsCluster(directory);
  const url = cluster.url('events');
  const inboxes = new Inboxes(directory, cluster.url('files'), NATS_ENV);
  try {
    const inbox = new Inbox(
      `${directory}/inbox`,
      await freePort(),
      ['--instance', 'eu-1'],
      NATS_ENV,
    );
    inboxes.servers.push(inbox);
    await inbox.startWith(`--events=${url}`);
    const leader = await cluster.leader('events');
    let sent = 0;
    await many(300, 8, async () => {
      if (++sent === 100) await leader.kill();
      await inboxes.upload(inbox.port);
    });
    leader.start();
    await cluster.healthy();
    // What waits has 300 ms at a stop, which is less than an election takes.
    await until(async () => (await read(url)).length > 600, 30_000);
    strictEqual(await inbox.stop(), 0);
    deepStrictEqual(inboxes.faults(), []);

    const events = await read(url);
    const connections = (/** @type {string} */ type) =>
      events.filter((event) => event.type === type).map(({ connection }) => Number(connection));
    const all = Array.from({ length: 300 }, (_, index) => index + 1);
    deepStrictEqual(
      connections('opened').sort((one, other) => one - other),
      all,
    );
    deepStrictEqual(
      connections('received').sort((one, other) => one - other),
      all,
    );
    ok(events.every(({ instance }) => instance === 'eu-1'));
    deepStrictEqual([events.at(0)?.type, events.at(-1)?.type], ['listening', 'stopped']);
    strictEqual(inbox.output(), '');

    const port = String(await freePort());
    await oneLine(
      startServer([port, directory, `--events=${url}`], {}),
      /cannot use nats:.*Authorization/i,
      69,
    );
  } finally {
    await inboxes.stop();
    await cluster.stop();
  }
}

/** @param {string} url @returns {Promise<{ type: string, connection?: number, instance?: string }[]>} */
async function read(url) {
  const [, hosts = '', stream = ''] = /^nats:\/\/(.*)\/(.*)$/.exec(url) ?? [];
  const { NATS_USER: user, NATS_PASSWORD: pass } = NATS_ENV;
  const client = await connect({ servers: hosts.split(','), user, pass });
  try {
    const { streams } = await jetstreamManager(client);
    const { state } = await streams.info(stream);
    const events = [];
    for (let seq = state.first_seq; seq <= state.last_seq; seq++) {
      const message = await until(() => streams.getMessage(stream, { seq }));
      events.push(JSON.parse(message.string()));
    }
    return events;
  } finally {
    await client.close();
  }
}
