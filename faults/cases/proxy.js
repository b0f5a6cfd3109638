import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../scripts/machine/ports.js';
import { isListening } from '../../scripts/machine/proc.js';
import { many } from '../many.js';
import { anyOf } from '../random.js';
import { until } from '../until.js';

/** The address from which HAProxy connects. */
const PROXY = '127.0.0.2';

/** @type {import('../stage.js').Case} */
export default {
  name: 'proxy',
  title:
    'uploads through HAProxy with PROXY headers of both versions, health checks, and senders that are not admitted',
  needs: ['haproxy'],
  rounds: 1,
  async play(here) {
    const log = join(here.root, 'events');
    const options = ['--proxy-protocol', PROXY, '--deny', `${PROXY},::1`, '--max-per-host', '20'];
    const { port, stderr } = await here.start({
      args: [...options, '--receipt', `--events=${log}`],
    });
    const entries = await proxied(port);

    // Two by two, through each version of the header; --max-per-host would refuse more from the proxy.
    const clients = await Promise.all(
      entries.map((entry) => many(10, () => send(entry, '127.0.0.1', anyOf(0, 3 << 20)))),
    );
    const denied = await Promise.all(
      entries.map((entry) => many(3, () => send(entry, '::1', anyOf(0, 1_000)))),
    );
    here.expect(
      clients.flat().every(({ status }) => status === 0),
      `uploads through the proxy end with ${clients
        .flat()
        .map(({ status }) => status)
        .join()}`,
    );
    for (const { entry, status } of denied.flat()) {
      here.expect(status !== 0, 'a sender that is not admitted takes its file for saved');
      here.ledger.entries.splice(here.ledger.entries.indexOf(entry), 1);
    }

    const events = eventsIn(log);
    const peersOf = (/** @type {string} */ type) => [
      ...new Set(events.filter((event) => event.type === type).map(({ peer }) => addressOf(peer))),
    ];
    const received = peersOf('received').join();
    here.expect(received === '127.0.0.1', `the senders are ${received}`);
    here.expect(peersOf('refused').includes('[::1]'), `refused: ${peersOf('refused').join()}`);
    const checks = events.filter(({ peer }) => [PROXY, 'unknown'].includes(addressOf(peer)));
    here.expect(
      checks.length > 0 && checks.every(({ reason }) => reason === 'DENIED'),
      `health checks: ${checks.map(({ type, reason = '' }) => `${type} ${reason}`).join()}`,
    );
    here.expect(stderr() === '', `warnings: ${stderr()}`);

    /** @param {number} entry @param {string} host @param {number} size */
    function send(entry, host, size) {
      return here.client({ port: entry, host, size, args: ['--receipt'] });
    }

    /** @param {number} port @returns {Promise<number[]>} ports of HAProxy for headers of version 1, and of 2 */
    async function proxied(port) {
      const versions = ['send-proxy', 'send-proxy-v2'];
      const ports = await Promise.all(versions.map(() => freePort()));
      const sections = versions.map(
        (version, index) => `
listen ${version}
  bind 127.0.0.1:${ports[index]}
  bind [::1]:${ports[index]}
  server inbox 127.0.0.1:${port} source ${PROXY} ${version} check inter 200ms`,
      );
      const config = join(here.root, 'haproxy.cfg');
      const times = ['connect', 'client', 'server'].map((side) => `  timeout ${side} 60s`);
      writeFileSync(config, ['defaults', '  mode tcp', ...times, ...sections, ''].join('\n'));
      const haproxy = spawn('haproxy', ['-db', '-f', config], { stdio: 'ignore' });
      here.finally(() => haproxy.kill('SIGKILL'));
      await until(() => ports.every((entry) => isListening(entry, haproxy.pid ?? 0)), 10_000);
      await until(() => readFileSync(log, 'utf8').includes('DENIED'), 10_000);
      return ports;
    }
  },
};

/** @typedef {{ type: string, peer?: string, reason?: string }} Event */

const eventsIn = (/** @type {string} */ log) =>
  readFileSync(log, 'utf8')
    .trim()
    .split('\n')
    .map((line) => /** @type {Event} */ (JSON.parse(line)));

const addressOf = (peer = '') => peer.slice(0, peer.lastIndexOf(':'));
