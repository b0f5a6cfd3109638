/**
 * Our servers with real engines, which this starts and removes: NATS, PostgreSQL and OpenStack Swift of Debian. What is
 * not installed is skipped, or with `--all-required` a failure. With names, runs only those.
 */
import { runChecks } from '../runChecks.js';
import eventStream from './eventStream.js';
import haproxy from './haproxy.js';
import jetStream from './jetStream.js';
import ledger from './ledger.js';
import postgres from './postgres.js';

const allRequired = process.argv.includes('--all-required');
await runChecks({ jetStream, eventStream, haproxy, postgres, ledger }, { allRequired });
