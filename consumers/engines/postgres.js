import { deepStrictEqual, match, ok } from 'node:assert';
import { setTimeout as pause } from 'node:timers/promises';
import { PG_ENV, postgresProgram, startPostgres } from '../../scripts/machine/postgres.js';
import { temporaryDirectory } from '../../scripts/machine/temporaryDirectory.js';
import { NotInstalled } from '../requirePrograms.js';
import { inTurn, many, numbersInOrder, oneLine } from './assertions.js';
import { startServer } from './inbox.js';
import { Inboxes } from './inboxes.js';

/** Three servers number their files by one sequence of a database that crashes. */
export default async function postgres() {
  if (postgresProgram('initdb') === undefined) throw new NotInstalled(['postgresql']);
  const database = await startPostgres(temporaryDirectory('postgres', '/tmp'));
  const directory = temporaryDirectory('engines');
  const inboxes = new Inboxes(directory, database.url, PG_ENV);
  try {
    const first = await inboxes.add();
    await Promise.all([inboxes.add(), inboxes.add()]);
    const wrong = startServer(['1', directory, '--ids', database.url], {
      ...PG_ENV,
      PGPASSWORD: 'guess',
    });
    await oneLine(
      wrong,
      /cannot use postgres:.*: password authentication failed for user "rxdrop"/,
      69,
    );

    await many(200, 16, () => inboxes.upload(first.port));
    numbersInOrder(first);

    let sent = 0;
    const next = inTurn(inboxes.servers.map(({ port }) => port));
    await many(600, 16, async () => {
      sent++;
      if (sent === 200) {
        await database.crash();
        await pause(2_000);
        await database.start();
      }
      await inboxes.upload(next(), { retry: 3 });
    });

    await database.crash();
    const refused = await Promise.all(Array.from({ length: 8 }, () => inboxes.upload(first.port)));
    deepStrictEqual([...new Set(refused.map(({ code }) => code))], ['RESET']);
    const slowest = Math.max(...refused.map(({ ms }) => ms));
    ok(slowest < 9_900, `an RST came after ${slowest} ms`);
    match(first.output(), /WARNING: .*no number within 8 s: /);
    await database.start();
    const { id } = await inboxes.upload(first.port);
    ok(id !== undefined, 'it does not go on');

    // A number is not given before a standby has it, which would give it again if it took over.
    await database.configure({ synchronous_standby_names: "'nobody'", synchronous_commit: 'off' });
    const unsafe = await Promise.all(inboxes.servers.map(({ port }) => inboxes.upload(port)));
    deepStrictEqual([...new Set(unsafe.map(({ code }) => code))], ['RESET']);
    await database.configure({ synchronous_standby_names: "''" });
    const safe = await inboxes.upload(first.port);
    ok(safe.id !== undefined, 'it does not go on with a standby');

    await inboxes.stop();
    deepStrictEqual(inboxes.faults(), []);
    const confirmed = inboxes.uploads.filter((upload) => upload.id !== undefined);
    ok(confirmed.length > 640, `${confirmed.length} of ${inboxes.uploads.length} were sent`);
  } finally {
    await inboxes.stop();
    await database.stop();
  }
}
