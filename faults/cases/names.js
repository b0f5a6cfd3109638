import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { network } from '../network.js';

const DEAD = ['10.77.0.3', '10.77.0.4'];
const SCRIPT =
  'mount --bind "$1" /etc/resolv.conf && mount --bind "$2" /etc/hosts && shift 2 && exec "$@"';

/** @type {import('../stage.js').Case} */
export default {
  name: 'names',
  title: 'name servers that never answer; hosts with dead addresses and one that lives',
  needs: ['root', 'mount', 'namespaces', 'iptables'],
  rounds: 1,
  async play(here) {
    const net = network(here);
    const server = await here.start({ under: net.near });
    const file = (/** @type {string} */ name, /** @type {string[]} */ lines) => {
      const path = join(here.root, name);
      writeFileSync(path, `${lines.join('\n')}\n`);
      return path;
    };
    const resolv = file(
      'resolv.conf',
      DEAD.map((address) => `nameserver ${address}`),
    );
    const hosts = file('hosts', [
      ...[...DEAD, net.host].map((address) => `${address} dead-first.test`),
      ...[net.host, ...DEAD].map((address) => `${address} dead-last.test`),
      ...[DEAD[0], net.host].map((address) => `${address} one-dead.test`),
      `${DEAD[0]} dead.test`,
    ]);
    // Their packets are lost without an error.
    for (const address of DEAD)
      net.atClients('ip', 'neigh', 'add', address, 'lladdr', '02:00:00:00:00:01', 'dev', 'rx0');
    const under = [...net.far, 'unshare', '-m', 'sh', '-c', SCRIPT, 'sh', resolv, hosts];
    const to = (/** @type {string} */ host, before = under) =>
      here.client({ port: server.port, host, under: before, args: ['--timeout', '6s'] });
    const withoutGetent = [...under, 'env', 'PATH=/nowhere'];
    for (const host of ['dead-first.test', 'dead-last.test', 'one-dead.test']) {
      const { status, stderr } = await to(host);
      here.expect(status === 0, `to ${host} a client ends with ${status}: ${stderr.trim()}`);
    }
    const lost = here.ledger.entries.length;
    const since = performance.now();
    const nowhere = await Promise.all([
      to('no-answer.test'),
      to('no-answer.test', withoutGetent),
      to('dead.test'),
    ]);
    const seconds = (performance.now() - since) / 1_000;
    // They have never reached the server.
    here.ledger.entries.splice(lost);
    for (const { status, stderr } of nowhere)
      here.expect(
        status === 75,
        `without an answer a client ends with ${status}: ${stderr.trim()}`,
      );
    here.expect(
      seconds < 12,
      `without an answer a client is gone after ${seconds.toFixed(1)} s, not 6`,
    );
  },
};
