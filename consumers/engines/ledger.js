import { setTimeout as pause } from 'node:timers/promises';
import { natsCluster, NATS_ENV } from '../../scripts/machine/natsCluster.js';
import { PG_ENV, postgresProgram, startPostgres } from '../../scripts/machine/postgres.js';
import { startSwift, SWIFT_PROGRAMS } from '../../scripts/machine/swift.js';
import { temporaryDirectory } from '../../scripts/machine/temporaryDirectory.js';
import { NotInstalled, requirePrograms } from '../requirePrograms.js';
import { trial } from './trial.js';

/**
 * Three servers behind HAProxy, whose files are objects of one Swift, and whose numbers come from one JetStream, and
 * then from one PostgreSQL. Nodes of the engines and a server die under uploads and come back; each confirmed file has
 * to be there.
 */
export default async function ledger() {
  requirePrograms(...SWIFT_PROGRAMS, 'nats-server', 'haproxy');
  if (postgresProgram('initdb') === undefined) throw new NotInstalled(['postgresql']);
  const [swift, stream, sequence] = [await startSwift(3), await jetStream(), await postgres()];
  try {
    await trial(swift, stream, { bucket: 'stream', confirmAt: 'engine', count: 1_000 });
    await trial(swift, sequence, { bucket: 'sequence', confirmAt: 'engine', count: 300 });
    await trial(swift, sequence, { bucket: 'spooled', confirmAt: 'spool', count: 300 });
  } finally {
    await Promise.all([swift.stop(), stream.stop(), sequence.stop()]);
  }
}

async function jetStream() {
  const cluster = await natsCluster(temporaryDirectory('nats'));
  /** @type {(() => unknown) | undefined} */
  let restart;
  return {
    url: cluster.url('files'),
    env: NATS_ENV,
    /** Kills the leader of the stream. */
    async fail() {
      const leader = await cluster.leader('files');
      await leader.kill();
      restart = leader.start;
    },
    async heal() {
      restart?.();
      await cluster.healthy();
    },
    stop: () => cluster.stop(),
  };
}

async function postgres() {
  const database = await startPostgres(temporaryDirectory('postgres', '/tmp'));
  return {
    url: database.url,
    env: PG_ENV,
    /** Is down for less time than senders wait. */
    async fail() {
      await database.crash('SIGKILL');
      await pause(2_000);
      await database.start();
    },
    heal: () => Promise.resolve(),
    stop: () => database.stop(),
  };
}
