/**
 * Our servers with real engines, which this starts and removes: NATS and PostgreSQL of Debian. What is not installed is
 * skipped, or with `--all-required` a failure. With names, runs only those.
 */
import { fileURLToPath } from 'node:url';
import { findProgram } from '../../scripts/machine/findProgram.js';
import { postgresProgram } from '../../scripts/machine/postgres.js';
import eventStream from './eventStream.js';
import haproxy from './haproxy.js';
import jetStream from './jetStream.js';
import postgres from './postgres.js';

process.chdir(fileURLToPath(new URL('../..', import.meta.url)));

const allRequired = process.argv.includes('--all-required');
const only = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const checks = {
  jetStream: { check: jetStream, program: 'nats-server', path: findProgram('nats-server') },
  eventStream: { check: eventStream, program: 'nats-server', path: findProgram('nats-server') },
  haproxy: {
    check: haproxy,
    program: 'nats-server, haproxy',
    path: findProgram('nats-server') && findProgram('haproxy'),
  },
  postgres: { check: postgres, program: 'postgresql', path: postgresProgram('initdb') },
};
let failed = 0;
for (const [name, { check, program, path }] of Object.entries(checks)) {
  if (only.length > 0 && !only.includes(name)) continue;
  if (path === undefined && !allRequired) {
    console.log(`skipped ${name}: ${program} is not installed`);
    continue;
  }
  try {
    if (path === undefined) throw new Error(`${program} is not installed`);
    await check();
    console.log(`ok   ${name}`);
  } catch (error) {
    failed++;
    console.log(`FAIL ${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
process.exitCode = failed === 0 ? 0 : 1;
