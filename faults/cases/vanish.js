import { setTimeout as sleep } from 'node:timers/promises';
import { many } from '../many.js';
import { network } from '../network.js';
import { until } from '../until.js';

/** @type {import('../stage.js').Case} */
export default {
  name: 'vanish',
  title: 'senders whose packets are dropped from the middle of an upload on',
  needs: ['root', 'namespaces', 'iptables', 'tbf'],
  rounds: 2,
  async play(here) {
    const net = network(here);
    net.atClients(
      'tc',
      'qdisc',
      'add',
      'dev',
      'rx0',
      'root',
      'tbf',
      'rate',
      '40mbit',
      'burst',
      '64kbit',
      'latency',
      '400ms',
    );
    const server = await here.start({ args: ['--idle-timeout', '2s'], under: net.near });
    const { port } = server;
    const options = { port, host: net.host, under: net.far };
    const clients = many(4, () =>
      here.client({ ...options, size: 16 << 20, args: ['--timeout', '3s'] }),
    );
    await until(() => here.temporaries().length === 4);
    await sleep(100);
    for (const chain of ['INPUT', 'OUTPUT']) net.atClients('iptables', '-A', chain, '-j', 'DROP');
    const since = performance.now();
    const marked = await until(() => here.ledger.check(here.dir).errors === 4, 8_000);
    const seconds = (performance.now() - since) / 1_000;
    here.expect(marked, 'who vanished has no ERROR');
    here.expect(seconds > 1.5 && seconds < 4, `ERROR came after ${seconds.toFixed(1)} s, not 2 s`);
    for (const { status } of await clients)
      here.expect(status === 75, `a client without a network ends with ${status}`);
    net.atClients('iptables', '-F');
    const { status } = await here.client(options);
    here.expect(status === 0, `with the network again, a client ends with ${status}`);
  },
};
