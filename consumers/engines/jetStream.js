import { deepStrictEqual, match, ok, strictEqual } from 'node:assert';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { natsCluster, NATS_ENV } from '../../scripts/machine/natsCluster.js';
import { temporaryDirectory } from '../../scripts/machine/temporaryDirectory.js';
import { until } from '../../scripts/machine/until.js';
import { requirePrograms } from '../requirePrograms.js';
import { inTurn, many, numbersInOrder, oneLine } from './assertions.js';
import { startServer } from './inbox.js';
import { Inboxes } from './inboxes.js';

/** Three servers number their files by one stream of three nodes, of which one, and then two, die. */
export default async function jetStream() {
  requirePrograms('nats-server');
  const directory = temporaryDirectory('engines');
  const cluster = await natsCluster(directory);
  const inboxes = new Inboxes(directory, cluster.url('files'), NATS_ENV);
  try {
    const [first, second] = [await inboxes.add(), await inboxes.add()];
    await inboxes.add();

    // Nobody sees the password.
    const pid = String(first.running?.pid);
    ok(!readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(NATS_ENV.NATS_PASSWORD));
    const wrong = startServer(['1', directory, '--ids', cluster.url('files')], {
      ...NATS_ENV,
      NATS_PASSWORD: 'guess',
    });
    await oneLine(wrong, /cannot use nats:.*: '?authorization violation'?/i, 69);

    // The numbers of a server are in the order in which it accepted.
    await many(200, 16, () => inboxes.upload(first.port));
    numbersInOrder(first);

    // The leader dies, and one of the servers.
    let sent = 0;
    const next = inTurn(inboxes.servers.map(({ port }) => port));
    const leader = await cluster.leader('files');
    await many(600, 16, async () => {
      sent++;
      if (sent === 200) await leader.kill();
      if (sent === 400) await second.kill();
      await inboxes.upload(next(), { retry: 3 });
    });
    leader.start();
    await second.start();
    await cluster.healthy();

    // Without a majority there are no numbers: senders get their RST within 10 s. Then it goes on.
    const [one, two] = cluster.nodes;
    await Promise.all([one?.kill(), two?.kill()]);
    const refused = await Promise.all(Array.from({ length: 8 }, () => inboxes.upload(first.port)));
    deepStrictEqual([...new Set(refused.map(({ code }) => code))], ['RESET']);
    const slowest = Math.max(...refused.map(({ ms }) => ms));
    ok(slowest < 9_900, `an RST came after ${slowest} ms`);
    const late = await until(() => /^WARNING: .*no number within 8 s.*/m.exec(first.output()));
    match(late[0], /: the stream does not answer$/);
    const waiting = many(16, 16, () => inboxes.upload(first.port));
    one?.start();
    two?.start();
    await waiting;
    await cluster.healthy();
    const { id } = await inboxes.upload(first.port);
    ok(id !== undefined, 'it does not go on');

    await inboxes.stop();
    deepStrictEqual(inboxes.faults(), []);
    const confirmed = inboxes.uploads.filter((upload) => upload.id !== undefined);
    ok(confirmed.length > 800 * 0.8, `${confirmed.length} of ${inboxes.uploads.length} were sent`);

    // A stream that begins again finds its names taken.
    const others = new Inboxes(join(directory, 'again'), cluster.url('again'), NATS_ENV);
    mkdirSync(join(directory, 'again', 'inbox-1'), { recursive: true });
    writeFileSync(join(directory, 'again', 'inbox-1', '1.file'), 'ERROR');
    const last = await others.add().then(({ port }) => others.upload(port));
    await others.stop();
    strictEqual(last.id, 2);
    deepStrictEqual(others.faults(), []);
  } finally {
    await inboxes.stop();
    await cluster.stop();
  }
}
