import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { freePort } from './ports.js';
import { start } from './processes.js';
import { until } from './until.js';

/** The credentials of the database. */
export const PG_ENV = { PGUSER: 'rxdrop', PGPASSWORD: 'hunter2' };

const VERSIONS = '/usr/lib/postgresql';

/** @param {string} name @returns {string | undefined} the path of a program of PostgreSQL, which Debian keeps out of PATH */
export const postgresProgram = (name) =>
  (existsSync(VERSIONS) ? readdirSync(VERSIONS) : [])
    .map((version) => join(VERSIONS, version, 'bin', name))
    .find((path) => existsSync(path));

/**
 * A PostgreSQL of our own on this machine. It refuses to run as root, so its user is then `nobody`.
 *
 * @param {string} directory an empty one
 */
export async function startPostgres(directory) {
  const [initdb = '', server = ''] = [postgresProgram('initdb'), postgresProgram('postgres')];
  const port = await freePort();
  const user = process.getuid?.() === 0 ? NOBODY : {};
  const passwords = join(directory, 'password');
  writeFileSync(passwords, PG_ENV.PGPASSWORD);
  if (user === NOBODY)
    for (const path of [directory, passwords]) chownSync(path, NOBODY.uid, NOBODY.gid);
  const data = join(directory, 'data');
  execFileSync(
    initdb,
    ['-D', data, '-U', PG_ENV.PGUSER, '-A', 'scram-sha-256', '--pwfile', passwords, '-E', 'UTF8'],
    { ...user, cwd: directory, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  rmSync(passwords);
  const run = () =>
    start(server, ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', directory], {
      ...user,
      cwd: directory,
    });
  let running = run();
  const isUp = () => until(() => running.output().includes('ready to accept connections'), 30_000);
  await isUp();
  return {
    url: `postgres://127.0.0.1:${port}/postgres`,
    /** Changes settings while it runs. @param {Readonly<Record<string, string>>} settings */
    async configure(settings) {
      const { PGUSER: user, PGPASSWORD: password } = PG_ENV;
      const client = new Client({ host: '127.0.0.1', port, user, password, database: 'postgres' });
      await client.connect();
      for (const [name, value] of Object.entries(settings))
        await client.query(`ALTER SYSTEM SET ${name} = ${value}`);
      await client.query('SELECT pg_reload_conf()');
      await client.end();
    },
    /** Waits until it accepts connections. */
    async start() {
      running = run();
      await isUp();
    },
    /** A crash of all its processes: SIGQUIT is its immediate shutdown, which writes nothing more. @param {'SIGQUIT' | 'SIGKILL'} [signal] */
    crash: (signal = 'SIGQUIT') => running.end(signal),
    stop: () => running.end('SIGQUIT'),
  };
}

const NOBODY = { uid: 65_534, gid: 65_534 };
