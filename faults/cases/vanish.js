import { many } from '../many.js';
import { network } from '../network.js';
import { until } from '../until.js';

/** @type {import('../stage.js').Case} */
export default {
  name: 'vanish',
  title:
    'senders that vanish in the middle: their packets are dropped, or their interface goes down',
  needs: ['root', 'namespaces', 'iptables', 'tbf'],
  rounds: 2,
  async play(here) {
    const net = network(here);
    const shape = 'dev rx0 root tbf rate 40mbit burst 64kbit latency 400ms'.split(' ');
    net.atClients('tc', 'qdisc', 'add', ...shape);
    const { port } = await here.start({ args: ['--idle-timeout', '2s'], under: net.near });
    const options = { port, host: net.host, under: net.far };
    const clients = many(4, () =>
      here.client({ ...options, size: 16 << 20, args: ['--timeout', '3s'] }),
    );
    await until(() => here.temporaries().length === 4, 20_000);
    const down = here.round % 2 === 0;
    if (down) net.atClients('ip', 'link', 'set', 'rx0', 'down');
    else
      for (const chain of ['INPUT', 'OUTPUT']) net.atClients('iptables', '-A', chain, '-j', 'DROP');
    const since = performance.now();
    const marked = await until(() => here.ledger.check(here.dir).errors === 4, 30_000);
    const seconds = (performance.now() - since) / 1_000;
    here.expect(marked, 'who vanished has no ERROR');
    here.expect(seconds > 1.5, `ERROR came after ${seconds.toFixed(1)} s, not 2 s`);
    for (const { status } of await clients)
      here.expect(status === 75, `a client without a network ends with ${status}`);
    if (down) net.atClients('ip', 'link', 'set', 'rx0', 'up');
    else net.atClients('iptables', '-F');
    const { status } = await here.client(options);
    here.expect(status === 0, `with the network again, a client ends with ${status}`);
  },
};
