import { many } from '../many.js';
import { network } from '../network.js';

/** @type {import('../stage.js').Case} */
export default {
  name: 'loss',
  title: '30 % of packets lost; then 1 Mbit/s; then segments of 100 bytes',
  needs: ['root', 'namespaces', 'iptables', 'tbf'],
  rounds: 1,
  async play(here) {
    // A connection may fail to be established.
    here.ledger.uncounted = true;
    const net = network(here);
    const { port } = await here.start({ under: net.near });
    const send = (/** @type {number} */ count, /** @type {number} */ size) =>
      many(count, () => here.client({ port, host: net.host, under: net.far, size }));
    const saved = (/** @type {{ status: unknown }[]} */ clients) =>
      clients.filter(({ status }) => status === 0).length;

    const drop = '-m statistic --mode random --probability 0.3 -j DROP'.split(' ');
    net.atClients('iptables', '-A', 'OUTPUT', ...drop);
    const lossy = saved(await send(8, 1_000_000));
    net.atClients('iptables', '-F');
    here.expect(lossy >= 4, `with a loss of 30 %, ${lossy} of 8 uploads arrive`);

    const shape = 'dev rx0 root tbf rate 1mbit burst 32kbit latency 400ms'.split(' ');
    net.atClients('tc', 'qdisc', 'add', ...shape);
    const slow = saved(await send(3, 100_000));
    net.atClients('tc', 'qdisc', 'del', 'dev', 'rx0', 'root');
    here.expect(slow === 3, `at 1 Mbit/s, ${slow} of 3 uploads arrive`);

    for (const end of [net.atClients, net.atServer]) end('ip', 'link', 'set', 'rx0', 'mtu', '152');
    const small = saved(await send(4, 500_000));
    here.expect(small === 4, `in segments of 100 bytes, ${small} of 4 uploads arrive`);
  },
};
